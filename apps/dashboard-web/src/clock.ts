const timeOfDay = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const dayAndMonth = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

/** Today as a time of day, earlier as a date, in the reader's language; empty for a time that is none. */
export function shortTime(timestamp: string, now = new Date()): string {
  const date = new Date(timestamp);
  if (Number.isNaN(date.getTime())) return '';
  return (date.toDateString() === now.toDateString() ? timeOfDay : dayAndMonth).format(date);
}

/** A `<time>` that shows the short form and tells the whole one. */
export function timeElement(timestamp: string): HTMLTimeElement {
  const element = document.createElement('time');
  setTime(element, timestamp);
  return element;
}

/** Changes what a `<time>` shows. */
export function setTime(element: HTMLTimeElement, timestamp: string): void {
  const date = new Date(timestamp);
  element.dateTime = timestamp;
  element.title = Number.isNaN(date.getTime()) ? '' : full.format(date);
  element.textContent = shortTime(timestamp);
}
