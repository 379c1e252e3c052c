import { expect, test } from 'vitest';
import { Mailbox, Topic } from './mailbox.ts';

test('a slow subscriber gets the newest of each container, not all that ever was', async () => {
  const mailbox = new Mailbox<string, number>();
  for (let value = 0; value < 10_000; value += 1) {
    mailbox.put('web', value);
    mailbox.put('db', -value);
  }
  const news = mailbox.take(new AbortController().signal);

  expect((await news.next()).value).toBe(9999);
  expect((await news.next()).value).toBe(-9999);
});

test('a subscriber that waits is told at once, and one that leaves is let go', async () => {
  const mailbox = new Mailbox<string, number>();
  const gone = new AbortController();
  const news = mailbox.take(gone.signal);
  const first = news.next();
  mailbox.put('web', 1);
  expect((await first).value).toBe(1);

  const second = news.next();
  gone.abort();
  expect((await second).done).toBe(true);
});

test('values that may not be lost are joined', async () => {
  const mailbox = new Mailbox<string, number[]>((older, newer) => [...older, ...newer]);
  mailbox.put('web', [1]);
  mailbox.put('web', [2]);

  expect((await mailbox.take(new AbortController().signal).next()).value).toEqual([1, 2]);
});

test('news reach those who listen, as long as they do', () => {
  const topic = new Topic<number>();
  const heard: number[] = [];
  {
    using _ = topic.listen((news) => heard.push(news));
    topic.publish(1);
  }
  topic.publish(2);

  expect(heard).toEqual([1]);
});
