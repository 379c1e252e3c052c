/*
 * The log writer.
 *
 * It runs after exec, in the quiet regime: a disk that is full or broken costs log lines, which are counted,
 * and never the container, whose pipe must go on being emptied. Nothing is kept back for a later newline: an
 * unfinished line is written at once with the tag P, so that a prompt is seen and a killed shim loses
 * nothing.
 */
#define _GNU_SOURCE
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOG_NAME     "log"
#define STAMP_LENGTH (sizeof("2026-11-23T14:00:00.123456789Z") - 1)
#define HEAD_MAX     (STAMP_LENGTH + sizeof(" stdout F ") - 1)

static uint8_t buffer[16384];
static size_t buffered;

static char *put_number(char *at, uint64_t value, int digits, char after)
{
	for (int i = digits - 1; i >= 0; i--, value /= 10)
		at[i] = (char)('0' + value % 10);
	at[digits] = after;
	return at + digits + 1;
}

static void put_stamp(char *at)
{
	struct timespec now;
	struct tm utc;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	at = put_number(at, (uint64_t)utc.tm_year + 1900, 4, '-');
	at = put_number(at, (uint64_t)utc.tm_mon + 1, 2, '-');
	at = put_number(at, (uint64_t)utc.tm_mday, 2, 'T');
	at = put_number(at, (uint64_t)utc.tm_hour, 2, ':');
	at = put_number(at, (uint64_t)utc.tm_min, 2, ':');
	at = put_number(at, (uint64_t)utc.tm_sec, 2, '.');
	put_number(at, (uint64_t)now.tv_nsec, 9, 'Z');
}

static void open_file(struct log *log)
{
	struct stat file;

	log->size = 0;
	log->file = openat(log->directory, LOG_NAME,
			   O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0640);
	if (log->file >= 0 && fstat(log->file, &file) == 0)
		log->size = (uint64_t)file.st_size;
}

void log_open(struct log *log, int directory, uint64_t max_bytes, uint32_t max_files)
{
	log->directory = directory;
	log->max_bytes = max_bytes;
	log->max_files = max_files < 1 ? 1 : max_files > 99 ? 99 : max_files;
	log->dropped_bytes = 0;
	open_file(log);
}

/* "log" for 0, else "log.N". */
static void name_of(uint32_t index, char name[8])
{
	memcpy(name, LOG_NAME, sizeof(LOG_NAME));
	if (index == 0)
		return;
	name[3] = '.';
	put_number(name + 4, index, index < 10 ? 1 : 2, '\0');
}

/* log.1 is the newest of the old ones; the oldest is overwritten. With one file there is nothing to keep. */
static void rotate(struct log *log)
{
	char from[8], to[8];

	close(log->file);
	for (uint32_t i = log->max_files - 1; i > 0; i--) {
		name_of(i - 1, from);
		name_of(i, to);
		renameat(log->directory, from, log->directory, to);
	}
	if (log->max_files == 1)
		unlinkat(log->directory, LOG_NAME, 0);
	open_file(log);
}

static void flush(struct log *log)
{
	size_t done = 0;

	while (done < buffered && log->file >= 0) {
		ssize_t count = write(log->file, buffer + done, buffered - done);

		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			break;
		done += (size_t)count;
	}
	log->size += done;
	log->dropped_bytes += buffered - done;
	buffered = 0;
}

/* Entries are whole in one file, so a reader never joins bytes over a rotation. */
static void put_entry(struct log *log, const char *head, const uint8_t *line, size_t length)
{
	size_t entry = HEAD_MAX + length + 1;

	if (buffered + entry > sizeof(buffer))
		flush(log);
	if (log->size + buffered > 0 && log->size + buffered + entry > log->max_bytes) {
		flush(log);
		rotate(log);
	}
	memcpy(buffer + buffered, head, HEAD_MAX);
	memcpy(buffer + buffered + HEAD_MAX, line, length);
	buffer[buffered + entry - 1] = '\n';
	buffered += entry;
}

/* `stream` is "stdout" or "stderr"; `length` must leave room for one entry in the buffer: at most 8 KiB. */
void log_write(struct log *log, const char *stream, const uint8_t *bytes, size_t length)
{
	char head[HEAD_MAX];

	if (log->file < 0)
		open_file(log);
	put_stamp(head);
	memcpy(head + STAMP_LENGTH, " stdout F ", HEAD_MAX - STAMP_LENGTH);
	memcpy(head + STAMP_LENGTH + 1, stream, 6);

	for (size_t at = 0; at < length;) {
		const uint8_t *newline = memchr(bytes + at, '\n', length - at);
		size_t line = newline ? (size_t)(newline - bytes) - at : length - at;

		head[HEAD_MAX - 2] = newline ? 'F' : 'P';
		put_entry(log, head, bytes + at, line);
		at += line + (newline ? 1 : 0);
	}
	flush(log);
}
