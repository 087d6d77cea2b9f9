/** Lets nobody through before two have come. */
export function meetingOfTwo(): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let count = 0;
  return async () => {
    count += 1;
    if (count === 2) resolve();
    await promise;
  };
}
