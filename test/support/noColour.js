// What a test reads is text: jest asks its workers for colours, and a terminal would get them.
delete process.env.FORCE_COLOR;
process.env.NO_COLOR = '1';
