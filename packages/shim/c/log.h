/* The container's output as CRI log lines: "2026-11-23T14:00:00.123456789Z stdout F line". */
#ifndef VITRINE_LOG_H
#define VITRINE_LOG_H

#include <stddef.h>
#include <stdint.h>

struct log {
	int directory;
	int file; /* -1: could not be opened, so all is dropped */
	uint64_t size;
	uint64_t max_bytes;
	uint32_t max_files;
	uint64_t dropped_bytes;
};

void log_open(struct log *log, int directory, uint64_t max_bytes, uint32_t max_files);
void log_write(struct log *log, const char *stream, const uint8_t *bytes, size_t length);

#endif
