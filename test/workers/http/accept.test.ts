import { acceptedForm } from '../../../workers/http/accept';

const TYPES = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv',
  arrow: 'application/vnd.apache.arrow.stream',
};

test.each([
  [undefined, 'json'],
  ['', 'json'],
  ['*/*', 'json'],
  ['text/csv', 'csv'],
  ['TEXT/CSV; charset=utf-8', 'csv'],
  ['text/*', 'csv'],
  ['application/*', 'json'],
  ['application/vnd.apache.arrow.stream, */*', 'arrow'],
  ['application/json, text/csv', 'json'],
  ['application/json;q=0.5, text/csv;q=0.9', 'csv'],
  ['*/*;q=0.1, application/json;q=0', 'csv'],
  ['text/html, */*;q=0.8', 'json'],
  ['text/html', undefined],
  ['application/json;q=0', undefined],
  [',;,', undefined],
])('of %p the form is %p', (accept, form) => {
  expect(acceptedForm(accept, TYPES)).toBe(form);
});
