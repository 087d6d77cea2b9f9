/** Lets nobody through before two have come. It gives whether one is the second of them. */
export function meetingOfTwo(): () => Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let count = 0;
  return async () => {
    count += 1;
    const isSecond = count === 2;
    if (isSecond) resolve();
    await promise;
    return isSecond;
  };
}
