/*
 * User code at arm's length: plug-ins, and the child process they run in. Not installed.
 *
 * The command line never loads a plug-in itself. ga_child_run() forks a child with its output
 * captured; in there ga_plugin_load() and ga_plugin_open() bring a subject to life. Whatever that
 * code does (crash, exit, hang, print, scribble), the parent gets an outcome that says so.
 */
#ifndef GRADAUDIT_ISOLATE_H
#define GRADAUDIT_ISOLATE_H

#include "gradaudit/gradaudit.h"
#include "gradaudit/plugin.h"

/* What user code is doing just now. Lives in memory that the parent can read after the child has
 * died; the parent must treat every field as untrusted. */
typedef enum ga_phase {
    GA_PHASE_NONE,     /* no user code is running */
    GA_PHASE_LOAD,     /* constructors of the plug-in */
    GA_PHASE_OPEN,     /* the subject's open() */
    GA_PHASE_LOSS,
    GA_PHASE_GRADIENT,
    GA_PHASE_UPDATE,
    GA_PHASE_HOOK,     /* reset, reseed or locate */
    GA_PHASE_FREE      /* the problem's on_free */
} ga_phase;

typedef struct ga_activity {
    volatile int32_t phase;
    volatile int32_t probing;         /* 1: `variable` and `element` are being perturbed */
    volatile uint64_t loss_calls;     /* begun so far, counting the one running */
    volatile uint64_t gradient_calls;
    volatile uint64_t element;        /* flat */
    volatile uint64_t planned;        /* loss calls expected in all; 0: not known yet */
    volatile double left;             /* seconds expected to take yet; below 0: not known */
    char plan[192];                   /* what is going to be measured; "" until known */
    char loss[128];                   /* name of the problem, once known */
    char variable[128];
} ga_activity;

/* Parts of the floating-point environment, as bits: the rounding mode; flush-to-zero and
 * denormals-are-zero; the exception masks. */
enum { GA_FENV_ROUNDING = 1, GA_FENV_FLUSH = 2, GA_FENV_MASKS = 4 };

/* From now on the evaluator keeps `activity` up to date. Borrowed; NULL ends it. */
GA_API void ga_problem_watch(ga_problem *problem, ga_activity *activity);

/* ---- Plug-ins -------------------------------------------------------------------------------- */

typedef struct ga_plugin ga_plugin;

/*
 * Is this file a shared object that this process could load as a plug-in? Looks at the file only,
 * runs nothing of it. GA_OK, or GA_EINVAL / GA_EIO with a sentence in why: not found, not readable,
 * not an ELF file, truncated, not a shared object, another architecture, linked against a
 * sanitizer's runtime that is not loaded here, no plug-in table.
 */
GA_API ga_status ga_plugin_inspect(const char *path, char *why, size_t why_size);

/* Loads it (this runs its constructors). GA_EINVAL with a sentence: the dynamic linker refuses, no
 * table, another magic, ABI or struct size. GA_ENOMEM. */
GA_API ga_status ga_plugin_load(const char *path, ga_plugin **out, char *why, size_t why_size);
GA_API size_t ga_plugin_subject_count(const ga_plugin *plugin);
GA_API const ga_subject *ga_plugin_subject(const ga_plugin *plugin, size_t subject);
GA_API const ga_subject *ga_plugin_find(const ga_plugin *plugin, const char *name);

/* Calls open() with argv[0] = the subject's name, then the argc strings given here; what it gets is
 * a copy that lives as long as the plug-in. GA_EINVAL with a sentence: it returned NULL or a problem
 * that carries an error. GA_ENOMEM. */
GA_API ga_status ga_plugin_open(ga_plugin *plugin, const ga_subject *subject, int argc,
                                char **argv, ga_problem **out, char *why, size_t why_size);
GA_API void ga_plugin_free(ga_plugin *plugin); /* does not unload it: code may still be in use */

/*
 * Make every OpenMP runtime that is loaded use one thread from now on; returns how many there are.
 * For a process that belongs to us, before anything of the plug-in runs: sums come out the same
 * each time, and the process keeps the one thread without which it cannot be copied to work in
 * parallel. A num_threads() clause in the code wins against it.
 */
GA_API int ga_calm_openmp(void);

/* ---- The child ------------------------------------------------------------------------------ */

typedef struct ga_child ga_child; /* the child's own end */

typedef enum ga_child_end {
    GA_CHILD_DONE,     /* the body returned and what it sent is whole */
    GA_CHILD_EXITED,   /* user code called exit() or the like; `number` is the status */
    GA_CHILD_SIGNALED, /* `number` is the signal */
    GA_CHILD_TIMEOUT,  /* one call took longer than the limit; killed */
    GA_CHILD_STOPPED,  /* the parent was asked to stop; killed */
    GA_CHILD_GARBLED   /* the body returned, but what it sent is not whole */
} ga_child_end;

typedef struct ga_child_limits {
    double seconds_per_call; /* no user call may last longer; 0: no limit. Outside user calls, where
                                results are computed, the limit is ten times as long. */
    volatile int *stop; /* set to 1 (by a signal handler) to ask the child to come to an end, to 2 to
                           end it at once; may be NULL */
    double stop_grace; /* seconds a child may take to finish by itself after `stop` */
    void (*tick)(const ga_activity *activity, void *arg); /* a few times a second; may be NULL */
    void *tick_arg;
    int threads_are_harmless; /* fork although this process has several threads: those of a test
                                 framework, which hold nothing that user code needs */
} ga_child_limits;

typedef struct ga_child_outcome {
    ga_child_end end;
    int number;
    ga_activity activity;  /* the last known, with texts cut safely */
    int has_fault_address; /* it died of a SIGSEGV or SIGBUS that the hardware raised, at */
    uint64_t fault_address;
    unsigned char *data;   /* what the body sent last and whole, malloc'ed; NULL: nothing */
    size_t size;
    char *output;          /* head of what was printed to stdout and stderr, malloc'ed text */
    size_t output_size;    /* bytes printed in all */
    double seconds_allowed; /* GA_CHILD_TIMEOUT: the limit that it ran into */
} ga_child_outcome;

/*
 * Fork a child, run body in it, wait. GA_OK whatever becomes of the child. GA_EIO: no child could
 * be made. GA_EBUSY: this process has several threads. In the child, standard input is empty,
 * standard output and error are captured, core dumps are off, signals are as in a fresh process, the
 * process group is its own. Whoever is left of that group when the child has ended is killed.
 */
GA_API ga_status ga_child_run(void (*body)(ga_child *child, void *arg), void *arg,
                              const ga_child_limits *limits, ga_child_outcome *outcome);

/* In the child. The page the parent can see; and hand bytes over: each call replaces what was sent
 * before, atomically. */
GA_API ga_activity *ga_child_activity(ga_child *child);
GA_API ga_status ga_child_send(ga_child *child, const void *bytes, size_t size);

/* Whether the parent has asked this child to come to an end (`stop`). */
GA_API int ga_child_stopping(const ga_child *child);

GA_API void ga_child_outcome_free(ga_child_outcome *outcome); /* frees what it owns */

/*
 * Ends this process if it is one that was copied to evaluate the loss, else does nothing. For
 * functions that no callback has a reason to call: a copy that comes there has been led out of its
 * task, by a longjmp() say, and must not go on with the user's program a second time.
 */
void ga_worker_end_stray(void);

#endif
