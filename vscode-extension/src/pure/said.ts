/** Where what the server says is read: a toast lies over the views until it is closed, so it is kept for what must not be missed. */

export type Place = 'view' | 'status' | 'toast';

const LONGEST_STATUS = 110;

/** `titles`: of what a view in sight is doing, and tells itself. `isNews`: it went as it was meant to. */
export function placeOf(message: string, isNews: boolean, titles: Iterable<string>): Place {
  for (const title of titles) if (message.startsWith(`${title}: `)) return 'view';
  return isNews && message.length <= LONGEST_STATUS && !message.includes('\n') ? 'status' : 'toast';
}
