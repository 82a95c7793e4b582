/* The control bits of the floating-point environment, read in nanoseconds: fegetenv() would save
 * the whole x87 state. Elsewhere than on x86-64 only the rounding mode is seen. */
#include "evaluator.h"

#include <fenv.h>

#if defined(__x86_64__)

enum {
    SSE_FLUSH = 0x8040,
    SSE_ROUNDING = 0x6000,
    SSE_MASKS = 0x1f80
};
enum {
    X87_ROUNDING = 0x0c00,
    X87_PRECISION = 0x0300,
    X87_MASKS = 0x003f
};
enum {
    SSE_CONTROL = SSE_FLUSH | SSE_ROUNDING | SSE_MASKS
};

ga_fenv ga_fenv_read(void)
{
    unsigned short x87 = 0;
    __asm__ volatile("fnstcw %0" : "=m"(x87));
    return (ga_fenv){.sse = __builtin_ia32_stmxcsr() & SSE_CONTROL, .x87 = x87};
}

void ga_fenv_write(ga_fenv env)
{
    const unsigned short x87 = (unsigned short)env.x87;
    __asm__ volatile("fldcw %0" : : "m"(x87));
    const unsigned flags = __builtin_ia32_stmxcsr() & ~(unsigned)SSE_CONTROL;
    __builtin_ia32_ldmxcsr(flags | env.sse);
}

int ga_fenv_difference(ga_fenv before, ga_fenv after)
{
    const unsigned sse = before.sse ^ after.sse;
    const unsigned x87 = before.x87 ^ after.x87;
    return ((sse & SSE_ROUNDING) || (x87 & (X87_ROUNDING | X87_PRECISION)) ? GA_FENV_ROUNDING : 0) |
           (sse & SSE_FLUSH ? GA_FENV_FLUSH : 0) |
           ((sse & SSE_MASKS) || (x87 & X87_MASKS) ? GA_FENV_MASKS : 0);
}

#else

ga_fenv ga_fenv_read(void)
{
    return (ga_fenv){.sse = (unsigned)fegetround()};
}

void ga_fenv_write(ga_fenv env)
{
    (void)fesetround((int)env.sse);
}

int ga_fenv_difference(ga_fenv before, ga_fenv after)
{
    return before.sse != after.sse ? GA_FENV_ROUNDING : 0;
}

#endif
