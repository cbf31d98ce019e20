/** An array's class by name: a class of another global scope (a thread's, a test's) counts as well. */
export const classOf = (data: unknown): string => Object.prototype.toString.call(data).slice(8, -1);
