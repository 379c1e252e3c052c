/* The only door to the kernel for code that runs before exec; the fuzzer puts a double in its place. */
#ifndef VITRINE_SYS_H
#define VITRINE_SYS_H

#include <stdint.h>

int64_t sys_call(uint64_t number, const uint64_t args[6]);
uint64_t clock_ns(int clock);
_Noreturn void sys_exit(int code);

#define SYS_ARG(x)	 ((uint64_t)(x))
#define SYS3(n, a, b, c) sys_call((n), (const uint64_t[6]){SYS_ARG(a), SYS_ARG(b), SYS_ARG(c), 0, 0, 0})
#define SYS4(n, a, b, c, d)                                                                                  \
	sys_call((n), (const uint64_t[6]){SYS_ARG(a), SYS_ARG(b), SYS_ARG(c), SYS_ARG(d), 0, 0})

#endif
