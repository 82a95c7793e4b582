/*
 * Plug-in tables that are not right: compiled once for each macro.
 */
#ifndef NO_TABLE
#include "bowl.h"
#endif

#include <stdlib.h>

#ifdef CRASH_ON_LOAD
__attribute__((constructor)) static void crash(void)
{
    abort();
}
#endif

#if defined(FLUSH_ON_LOAD) && defined(__SSE2__)
#include <xmmintrin.h>
/* What gcc before 13 links into objects made with -ffast-math. */
__attribute__((constructor)) static void set_flush_to_zero(void)
{
    _mm_setcsr(_mm_getcsr() | 0x8040);
}
#endif

#if !defined(NO_TABLE)
static const ga_subject subjects[] = {
    {.name = "bowl", .summary = "a bowl", .open = bowl_open},
#ifdef TWO_OF_A_NAME
    {.name = "bowl", .summary = "a bowl", .open = bowl_open},
#endif
#ifdef NO_OPEN
    {.name = "closed", .summary = "has no open"},
#endif
};

#ifndef MAGIC
#define MAGIC GA_PLUGIN_MAGIC
#endif
#ifndef ABI
#define ABI GA_PLUGIN_ABI
#endif
#ifndef SIZE
#define SIZE sizeof(ga_subject)
#endif
#ifndef COUNT
#define COUNT sizeof subjects / sizeof *subjects
#endif
const ga_plugin_table gradaudit_plugin = {MAGIC, ABI, SIZE, COUNT, subjects};
#else
/* A shared object, but no plug-in. */
int gradaudit_plugins(void);
int gradaudit_plugins(void)
{
    return 0;
}
#endif
