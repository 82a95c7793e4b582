/*
 * gradaudit: is this gradient right?
 *
 * You describe a loss and the gradient that claims to belong to it; ga_audit() calls both, measures
 * the slope of the loss at the point you give, one element after the other, and says for each
 * element whether the claimed value agrees, by how much it does not, and how sure that is. Where
 * there are too many elements for that, it moves all of them at once along a few directions, names
 * the elements that are wrong, and says how large a fault could still hide.
 *
 *     static double loss(const double *x, size_t n, void *user) { ... }
 *     static int gradient(const double *x, size_t n, double *g, void *user) { ...; return 0; }
 *
 *     const double start[2] = {-1.2, 1.0};
 *     ga_problem *p = NULL;
 *     ga_problem_flat(&(ga_flat){.name = "rosenbrock", .n = 2, .x = start,
 *                                .loss = loss, .grad = gradient}, &p);
 *     const int right = ga_assert(p, stderr);      // 1: the gradient holds; else a report on stderr
 *     ga_problem_free(p);
 *
 * There are two forms of a problem. (a) Flat: one vector of doubles that the library hands to your
 * callbacks; ga_problem_flat(). (b) Variables in your own buffers, float or double, as a network
 * keeps them; ga_problem_new(), GA_VARIABLE(), GA_TENSOR(), ga_problem_callbacks().
 *
 * Conventions. Structs you fill are plain: {0} means defaults, and they grow only at the end; the
 * calls that take one are macros which pass its size, so that a program built against an older
 * header keeps working. Handles are opaque; each has a _free function, which takes NULL. Names are
 * copied. Buffers and `user` pointers are borrowed until ga_problem_free(). Arrays are row-major,
 * an index is flat unless said otherwise. Uncertainties are in units of the slope (loss per unit of
 * the element) and meant to cover the truth in at least 999 of 1000 cases.
 *
 * Errors are sticky. A description that makes no sense is remembered with a sentence that names
 * the variable; later calls on the problem do nothing, ga_audit() answers GA_EINVAL, and
 * ga_problem_error() says why. So a thirty-line program needs no test before the end. Running out
 * of memory while a problem is described (GA_ENOMEM) sticks too: an audit of half a description
 * must not pass for one of the whole. Calls from within a callback answer GA_EBUSY or GA_ELOCKED,
 * which do not stick, and change nothing.
 *
 * The library prints nothing, opens no file of its own accord, never calls exit(), and leaves GSL's
 * error handler alone. Distinct problems may be audited at the same time from distinct threads.
 */
#ifndef GRADAUDIT_GRADAUDIT_H
#define GRADAUDIT_GRADAUDIT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define GA_API __attribute__((visibility("default")))
#define GA_PRINTF(text, first) __attribute__((__format__(__printf__, text, first)))
#else
#define GA_API
#define GA_PRINTF(text, first)
#endif

#define GA_VERSION "0.1.0"
#define GA_MAX_RANK 8
#define GA_NO_INDEX SIZE_MAX /* "no element": a finding or a worst place that has none */

/* ---- Words ------------------------------------------------------------------------------- */

/* Could it be done? A callback that misbehaves is a finding, never a status. */
#define GA_STATUS_LIST(X)                                                                          \
    X(GA_OK, "ok")                                                                                 \
    X(GA_EINVAL, "invalid description or argument")                                                \
    X(GA_ENOMEM, "out of memory")                                                                  \
    X(GA_EIO, "input or output failed")                                                            \
    X(GA_EBUSY, "busy: the problem is being audited")                                              \
    X(GA_ELOCKED, "locked: variables cannot be registered once the loss has been called")          \
    X(GA_EUNSUPPORTED, "not supported by this version")

#define GA_LIST_NAME(name, text) name,
typedef enum ga_status { GA_STATUS_LIST(GA_LIST_NAME) GA_STATUS_COUNT } ga_status;

/* What was found? In this order the larger is the worse. */
typedef enum ga_verdict { GA_SKIPPED, GA_PASS, GA_INCONCLUSIVE, GA_FAIL } ga_verdict;

/* 0, "not said", is an error for variables in your own buffers. */
typedef enum ga_dtype { GA_DTYPE_NOT_SAID, GA_F32, GA_F64 } ga_dtype;

/* Frozen: read by the loss, not to be trained. State: changed by the loss, and put back to what it
 * was before every loss call. Only trainable variables have their gradient audited. */
typedef enum ga_role { GA_TRAINABLE, GA_FROZEN, GA_STATE } ga_role;

typedef enum ga_severity { GA_NOTE, GA_WARNING, GA_ERROR } ga_severity;

GA_API const char *ga_status_text(ga_status status);     /* "out of memory"; a literal */
GA_API const char *ga_verdict_text(ga_verdict verdict);  /* "pass" */
GA_API const char *ga_dtype_text(ga_dtype dtype);        /* "f64" */
GA_API const char *ga_role_text(ga_role role);           /* "trainable" */
GA_API const char *ga_severity_text(ga_severity severity); /* "error" */
GA_API const char *ga_version(void);                     /* GA_VERSION of the library in use */
GA_API int ga_algorithm_version(void); /* raised whenever a verdict could differ from before */

typedef struct ga_problem ga_problem;
typedef struct ga_result ga_result;

/* ---- (a) A flat vector --------------------------------------------------------------------- */

/* The loss at x[0..n). NaN = undefined there. x is a private copy that lives as long as the
 * problem; the callbacks must not write to it. */
typedef double ga_flat_loss_fn(const double *x, size_t n, void *user);

/* Writes all of g[0..n), the derivative of the loss by x. 0 = ok, anything else = refused. Called
 * after a loss call at the same x. */
typedef int ga_flat_grad_fn(const double *x, size_t n, double *g, void *user);

/* Both at once; g may be NULL, when only the loss is wanted. */
typedef double ga_flat_both_fn(const double *x, size_t n, double *g, void *user);

typedef struct ga_flat {
    const char *name; /* of the loss, for reports; NULL: "loss" */
    size_t n;
    const double *x;        /* the point to audit at, n values; copied, never written to */
    ga_flat_loss_fn *loss;  /* either loss and grad, */
    ga_flat_grad_fn *grad;  /* ... */
    ga_flat_both_fn *both;  /* or both. With `both` the gradient is always its own, and the loss that
                               comes with it is compared with the loss alone (G10) */
    void *user;             /* handed to every callback */
    const double *lower;    /* n bounds the loss is never evaluated beyond; NULL: none. Copied. */
    const double *upper;    /* -INFINITY / INFINITY: this one is free */
    double rtol;            /* allowed relative error of the gradient; 0: 1e-6 */
    double gradient_scale;  /* g = gradient_scale x derivative, by design; 0 means 1 */
    int accumulates;        /* the gradient callback adds to g by design */
    const char *file;       /* where it is described; filled in by the macro */
    int line;
    int thread_safe;        /* the callbacks may run in several threads at once, each with an x of its
                               own: ga_options.workers are threads then, not processes */
} ga_flat;

/*
 * Describe a loss over one vector of n doubles. It is one variable called "x" until slices name it.
 *
 * *out owns the problem, also when the description is wrong: then it carries the error and
 * GA_EINVAL is returned (n is 0 or absurd, x or the callbacks are missing, a value of x is not
 * finite, a bound is NaN, lower > upper, x outside its bounds). GA_ENOMEM: *out is NULL.
 */
GA_API ga_status ga_problem_flat_sized(const char *file, int line, size_t size,
                                       const ga_flat *description, ga_problem **out);
#define ga_problem_flat(...)                                                                       \
    ga_problem_flat_sized(__FILE__, __LINE__, sizeof(ga_flat), __VA_ARGS__)

typedef struct ga_slice {
    const char *name;
    size_t offset; /* of the first element in x */
    int rank;      /* 0: a single element */
    size_t shape[GA_MAX_RANK];
    ga_role role;
    double rtol; /* 0: that of the problem */
    const char *file; /* where it is declared; filled in by the macro */
    int line;
} ga_slice;

/*
 * Name a part of a flat vector, so that reports speak of W1[3,12] and tolerances may relate to the
 * whole tensor. Slices may not overlap (finding V04). What no slice covers is audited too, as a
 * variable "x", or "x[first:end]" for each gap when there are slices.
 * GA_EINVAL (sticky): not a flat problem, no name or a name in use, an empty shape, out of range.
 * GA_ELOCKED: the loss has been called already.
 */
GA_API ga_status ga_problem_slice_sized(ga_problem *problem, const char *file, int line,
                                        size_t size, const ga_slice *slice);
#define ga_problem_slice(problem, ...)                                                             \
    ga_problem_slice_sized((problem), __FILE__, __LINE__, sizeof(ga_slice), __VA_ARGS__)

/* ---- (b) Variables in your own buffers ---------------------------------------------------- */

/* The loss at what the registered buffers hold now. NaN = undefined there. */
typedef double ga_loss_fn(void *user);

/* Fills the registered gradient buffers. Called right after a loss call at the same point.
 * 0 = ok, anything else = refused. */
typedef int ga_grad_fn(void *user);

typedef struct ga_variable {
    const char *name; /* any text; "loss/layer/weight" for nested ones */
    void *value;      /* the elements; perturbed in place, restored bit for bit */
    void *grad;       /* the same count and type; NULL when `locate` or `update` supplies it */
    ga_dtype dtype;
    ga_role role;
    int rank; /* 0: a scalar */
    size_t shape[GA_MAX_RANK];
    double lower, upper;   /* the loss is never evaluated beyond; both 0: no bounds */
    double rtol;           /* allowed relative error of the gradient; 0: 1e-6 (f64), 1e-4 (f32) */
    int accumulates;       /* the gradient callback adds to `grad` by design: the library clears it
                              before each call, and checks that it does add */
    double gradient_scale; /* grad = gradient_scale x derivative, by design; 0 means 1 */
    const char *file;      /* where it is registered; filled in by the macros */
    int line;
} ga_variable;

/* A problem without variables or callbacks yet. GA_EINVAL (sticky): no name. GA_ENOMEM: *out NULL. */
GA_API ga_status ga_problem_new(const char *name, ga_problem **out);

/*
 * Register a variable. GA_EINVAL (sticky, the sentence names it): a flat problem, no name or one in
 * use, no address, dtype not said, a rank outside 0..8, a rank of 0 with a shape, a size of 0, sizes
 * whose product overflows, a start that is not finite, NaN or crossed bounds, a start outside them, a
 * gradient_scale or rtol that is not finite or rtol negative, a gradient stored in the values
 * themselves. State may start as anything. Memory shared with another variable is accepted, and
 * becomes finding V04. From the first loss call on: GA_ELOCKED, the memory is not touched, and the
 * attempt becomes finding V02.
 */
GA_API ga_status ga_problem_add_sized(ga_problem *problem, const char *file, int line, size_t size,
                                      const ga_variable *variable);
#define ga_problem_add(problem, ...)                                                               \
    ga_problem_add_sized((problem), __FILE__, __LINE__, sizeof(ga_variable), __VA_ARGS__)

/* What GA_VARIABLE and GA_TENSOR call. `shape` has `rank` sizes. */
GA_API ga_status ga_problem_add_typed(ga_problem *problem, const char *name, void *value,
                                      void *grad, ga_dtype dtype, int rank, const size_t *shape,
                                      const char *file, int line);

/* Data the loss reads: `bytes` bytes of any type. Never perturbed, never accused of being
 * untracked. GA_EINVAL (sticky): no name, no address, 0 bytes. */
GA_API ga_status ga_problem_input(ga_problem *problem, const char *name, const void *data,
                                  size_t bytes);

/* The callbacks of a problem made by ga_problem_new(). grad may be NULL when ga_problem_update()
 * is used or nothing is trainable. GA_EINVAL (sticky): a flat problem, no loss, callbacks given twice. */
GA_API ga_status ga_problem_callbacks(ga_problem *problem, ga_loss_fn *loss, ga_grad_fn *grad,
                                      void *user);

/* One in-place update of the variables; 0 = ok. */
typedef int ga_step_fn(void *user);

/*
 * There is no gradient anywhere, only an update value -= rate x gradient: the gradient is taken as
 * (before - after) / rate, and its rounding, u|x|/rate, is part of the tolerance. GA_EINVAL
 * (sticky): no step, rate not finite or 0, a gradient callback was given too.
 */
GA_API ga_status ga_problem_update(ga_problem *problem, ga_step_fn *step, double rate, void *user);

/*
 * Where is this variable now? Sets *value and *grad (either may stay as it is); 0 = ok, anything
 * else = this variable has not moved. `user` is that of the callbacks. Asked before a perturbation
 * and after a gradient call: for gradients that only the first backward pass allocates, or that
 * come in fresh buffers each time (which are then not prefilled, and said to be so). A *value*
 * that moves from call to call is finding V02. GA_EINVAL (sticky): a flat problem, no function,
 * given twice.
 */
typedef int ga_locate_fn(void *user, const char *name, void **value, void **grad);
GA_API ga_status ga_problem_locate(ga_problem *problem, ga_locate_fn *locate);

/* ---- Both forms ----------------------------------------------------------------------------- */

typedef struct ga_hooks {
    void (*reset)(void *user); /* clears state: before every loss call, and in the flat form before
                                  every gradient call */
    void (*reseed)(uint64_t seed, void *user); /* the same randomness again: before every call */
    int (*step)(void *user);                    /* one optimiser step; kept for later use */
    void *user;
} ga_hooks;

/* Replaces the hooks given before. */
GA_API ga_status ga_problem_hooks_sized(ga_problem *problem, size_t size, const ga_hooks *hooks);
#define ga_problem_hooks(problem, ...)                                                             \
    ga_problem_hooks_sized((problem), sizeof(ga_hooks), __VA_ARGS__)

/*
 * The same loss in double, for a problem whose variables are floats. Its variables (or slices) have
 * the same names, shapes and roles; it may have further ones that are not trainable. The audit copies
 * the values over, measures slopes on the twin, where the bars are some hundred thousand times
 * narrower, and judges this problem's gradient against them with the rounding of a float gradient as
 * tolerance. (The variables of a flat problem are doubles: if it computes in float all the same, say
 * so by its rtol.) The loss and the gradient of this problem are called all the same; of the twin only
 * the loss is, and its variables need no gradient buffers. A twin whose loss differs in the first
 * three digits is finding G10, and is not used.
 *
 * The problem owns the twin from now on, also when this fails (then it may be freed already).
 * GA_EINVAL (sticky): no twin, a twin given twice or with a twin of its own, the problem itself; and
 * when the audit begins, a trainable variable without its like, or one that is not double there. An
 * error that the twin carries becomes this problem's.
 */
GA_API ga_status ga_problem_twin(ga_problem *problem, ga_problem *twin);

/*
 * Accept a finding, with a reason: it is still reported, as suppressed, and counts for nothing.
 * code: a code, a name or a family letter ("S01", "kink", "S"); G01 stands for its refinements too.
 * variable: its name, or NULL for all. GA_EINVAL (sticky): no reason, or not the form of a code;
 * ga_audit() refuses, in the same way, a code that no check answers to.
 */
GA_API ga_status ga_allow(ga_problem *problem, const char *code, const char *variable,
                          const char *reason);

/* The `user` that the callbacks get, and the name ("" of a NULL problem). */
GA_API void *ga_problem_user(const ga_problem *problem);
GA_API const char *ga_problem_name(const ga_problem *problem);

/* Call fn(arg) when the problem is freed; the last registered runs first. Taken also from a problem
 * that carries an error, so that nothing leaks. GA_ENOMEM: fn will not be called. */
GA_API ga_status ga_problem_on_free(ga_problem *problem, void (*fn)(void *arg), void *arg);

/* Make the problem carry an error of your own: for an `open` that cannot read its data. Always
 * returns GA_EINVAL. The first error stays. */
GA_API ga_status ga_problem_fail(ga_problem *problem, const char *format, ...) GA_PRINTF(2, 3);

/* The sticky error as a sentence, or NULL. Owned by the problem. A NULL problem has one too. */
GA_API const char *ga_problem_error(const ga_problem *problem);

/* Does nothing while the problem is being audited. */
GA_API void ga_problem_free(ga_problem *problem);

/* The short forms: dtype from the pointer, place from the compiler.
 *     GA_VARIABLE(p, "alpha", &alpha, &dalpha);
 *     GA_TENSOR(p, "W1", net.w1, net.dw1, 4, 16);    one to eight sizes of any integer type */
#ifndef __cplusplus
#define GA_DTYPE_OF(pointer) _Generic(*(pointer), float: GA_F32, double: GA_F64)
#define GA_SAME_TYPE(grad, value) (1 ? (grad) : (value))
#define GA_VARIABLE(problem, name, value, grad)                                                    \
    ga_problem_add_typed((problem), (name), (value), GA_SAME_TYPE(grad, value),                    \
                         GA_DTYPE_OF(value), 0, NULL, __FILE__, __LINE__)
#define GA_TENSOR(problem, name, value, grad, ...)                                                 \
    ga_problem_add_typed((problem), (name), (value), GA_SAME_TYPE(grad, value),                    \
                         GA_DTYPE_OF(value),                                                       \
                         (int)(sizeof((const size_t[]){GA_SIZES(__VA_ARGS__)}) / sizeof(size_t)),  \
                         (const size_t[]){GA_SIZES(__VA_ARGS__)}, __FILE__, __LINE__)

/* Converts each size by itself, so that an int is no warning under -Wsign-conversion. */
#define GA_SIZES(...)                                                                              \
    GA_SIZES_OF(__VA_ARGS__, GA_SIZES_8, GA_SIZES_7, GA_SIZES_6, GA_SIZES_5, GA_SIZES_4,           \
                GA_SIZES_3, GA_SIZES_2, GA_SIZES_1, )(__VA_ARGS__)
#define GA_SIZES_OF(a, b, c, d, e, f, g, h, macro, ...) macro
#define GA_SIZES_1(a) (size_t)(a)
#define GA_SIZES_2(a, ...) (size_t)(a), GA_SIZES_1(__VA_ARGS__)
#define GA_SIZES_3(a, ...) (size_t)(a), GA_SIZES_2(__VA_ARGS__)
#define GA_SIZES_4(a, ...) (size_t)(a), GA_SIZES_3(__VA_ARGS__)
#define GA_SIZES_5(a, ...) (size_t)(a), GA_SIZES_4(__VA_ARGS__)
#define GA_SIZES_6(a, ...) (size_t)(a), GA_SIZES_5(__VA_ARGS__)
#define GA_SIZES_7(a, ...) (size_t)(a), GA_SIZES_6(__VA_ARGS__)
#define GA_SIZES_8(a, ...) (size_t)(a), GA_SIZES_7(__VA_ARGS__)
#endif

/* ---- The audit --------------------------------------------------------------------------- */

typedef enum ga_measure {
    GA_MEASURE_AUTO, /* every element singly when that fits the budget (30 s and 100 000 evaluations
                        unless you say otherwise); else directions through all elements, a search
                        for what they show, and a spot check */
    GA_MEASURE_ALL,  /* every element singly, however long it takes (a budget you give still holds) */
    GA_MEASURE_SCREEN /* directions and the search alone, within the same budget: some thirty
                         evaluations, and ten to thirty for each variable */
} ga_measure;

typedef enum ga_isolation { GA_ISOLATE_NONE, GA_ISOLATE_WORKER } ga_isolation;

typedef struct ga_progress {
    size_t evaluations; /* loss evaluations done */
    size_t planned;     /* loss evaluations expected in all; 0: not known yet */
    double seconds;     /* since the audit began */
    const char *variable; /* being measured; NULL before the elements */
    double left;          /* seconds it is expected to take yet; below 0: not known yet */
    const char *plan;     /* what is going to be measured and why, one line; NULL: not known yet */
} ga_progress;

/* Called now and then; anything but 0 ends the audit early, and what was found is kept. */
typedef int ga_progress_fn(const ga_progress *progress, void *user);

typedef struct ga_options {
    uint64_t seed;   /* of all that is drawn at random; the same seed gives the same report, as long as
                        the time that the loss takes leads to the same plan. 0 is a seed. */
    double rtol;     /* for variables that name none; 0: 1e-6 (f64), 1e-4 (f32) */
    double resolution; /* a PASS may leave this share of an element's scale open; 0: 0.01 */
    size_t max_evaluations; /* of the loss; what it does not reach is covered by directions alone, or
                               "not checked". 0: see `measure` */
    double max_seconds;     /* 0: see `measure` */
    const char *select; /* codes, names, family letters: "G01,untracked,S"; NULL: all */
    const char *ignore; /* likewise; NULL: none */
    int strict;         /* PASS only what is settled to rtol; the rest is inconclusive */
    ga_measure measure;
    ga_isolation isolation; /* GA_ISOLATE_WORKER: GA_EUNSUPPORTED in this version */
    int workers;            /* processes that evaluate at the same time, at most 256; 0 or 1: only this
                               one. The report is the same for any number, unless the time runs out.
                               Threads instead where the problem is thread_safe; this process alone
                               while it has other threads, or where the loss is not repeatable */
    int points;             /* points to audit at: the one given, and jittered ones around it, as long as
                               nothing is found. 0: 3 where an evaluation takes a millisecond at most,
                               else 1. At most 64 */
    ga_progress_fn *progress;
    void *progress_user;
} ga_options;

/*
 * Audit a problem. options may be NULL. GA_OK even when every check fails: then *out, which the
 * caller frees, says so. GA_EINVAL: the problem carries an error (see ga_problem_error()), or an
 * option makes no sense (then the problem carries that). GA_ENOMEM, GA_EBUSY (called from one of the
 * problem's own callbacks), GA_EUNSUPPORTED: *out is NULL. The user's values are afterwards what
 * they were before, bit for bit; where a callback prevents that, it is a finding. The gradient buffers
 * hold the gradient at that point, unless `locate` moves them.
 */
GA_API ga_status ga_audit_sized(ga_problem *problem, size_t size, const ga_options *options,
                                ga_result **out);
#define ga_audit(problem, ...) ga_audit_sized((problem), sizeof(ga_options), __VA_ARGS__)

/* Audit, and write a report of what failed to `out` (nothing when all is well). 1: the gradient
 * holds. 0: a finding of severity error, nothing could be judged, or the audit was impossible. */
GA_API int ga_assert(ga_problem *problem, FILE *out);
GA_API int ga_assert_with_sized(ga_problem *problem, size_t size, const ga_options *options,
                                FILE *out);
#define ga_assert_with(problem, ...)                                                               \
    ga_assert_with_sized((problem), sizeof(ga_options), __VA_ARGS__)

/* ---- The result --------------------------------------------------------------------------- */
/* All pointers below are owned by the result and valid until ga_result_free(). */

typedef struct ga_facts {
    const char *loss;       /* the problem's name */
    ga_verdict verdict;     /* the worst of all that counts */
    uint64_t seed;
    size_t evaluations;     /* of the loss, all included */
    size_t gradient_calls;
    double loss_value;      /* at the point */
    double noise;           /* standard deviation of the loss's noise, in units of the loss */
    double resolution;      /* worst over the variables, or see `screened`; NaN: nothing was measured */
    double coverage;        /* share of the trainable elements that were measured singly, 0..1; NaN when
                               no selected check asked for any */
    double seconds;
    int repeatable;         /* 1 yes, 0 no, -1 not looked at */
    int repeats, distinct;  /* loss calls at the point, and how many values they gave */
    int aborted;            /* ended early: by the progress callback or because the child died */
    int strict;
    int algorithm;          /* ga_algorithm_version() of the audit */
    /* ---- what was excluded, and what was not ---- */
    const char *plan;       /* what was to be measured and why, one line; NULL: nothing was */
    int screened;           /* directions were measured because not all elements could be: then
                               `resolution` is of faults of any form, as a share of the gradient's
                               norm, both weighted by the scales of the elements; once something is
                               wrong, of what else could be */
    double confidence;      /* that no fault above `resolution` hides, e.g. 0.999; NaN: not measured */
    double seen_share;      /* of the elements whose gradient is not 0, the share in which a 0 in its
                               place would have been seen; NaN: not measured */
    const char *limit;      /* what keeps the resolution from being finer: "noise", "rounding",
                               "kinks", "curvature", "the domain of the loss", "the rtol of the
                               gradient"; NULL: nothing was measured */
    const char *remedy;     /* what would help, a sentence; NULL: nothing would */
    int twin;               /* slopes were measured on the double twin */
    int points;             /* points audited at, the one given included */
    double unexplained;     /* the largest residual along a direction through all elements that no
                               fault found accounts for, in its bars; below 1: all is explained. NaN:
                               nothing was screened, or so much is wrong that this cannot be told */
} ga_facts;

typedef struct ga_variable_result {
    const char *name;
    ga_dtype dtype;
    ga_role role;
    int rank;
    size_t shape[GA_MAX_RANK];
    size_t elements, checked; /* `checked` were measured singly; see `covered` */
    ga_verdict verdict;
    size_t failed, inconclusive, nonfinite, zero, unwritten; /* elements, by what they are */
    size_t worst_index;    /* flat; GA_NO_INDEX when nothing was measured */
    double worst_error;    /* |analytic - measured| there, relative: see docs/numerics.md */
    double resolution;     /* largest fault that could hide in what passed, as a share of |g|; where
                              directions were measured, of faults of any form as in ga_facts */
    double gradient_norm;  /* Euclidean, of the claimed gradient as stored */
    double rtol;           /* that was applied */
    const char *file;      /* where it was registered, or NULL */
    int line;
    /* ---- where directions were measured ---- */
    size_t covered;      /* elements that directions moved and nobody measured singly. What is neither
                            `checked` nor `covered` was not seen at all */
    double seen_share;   /* as in ga_facts, of this variable */
    const char *limit;   /* as in ga_facts */
    double claimed, measured, uncertainty; /* along the direction of this variable alone that tells
                            most: gradient.v, the slope of the loss there, and its bar, without
                            what the gradient may err; NaN: none was measured */
} ga_variable_result;

typedef struct ga_element {
    size_t index; /* flat */
    double x;
    double analytic;    /* as stored, divided by the gradient_scale */
    double measured;    /* slope of the loss */
    double uncertainty; /* of `measured` */
    double resolution;  /* faults above this are excluded (pass) or shown (fail); absolute */
    double step;        /* that `measured` rests on; units of x */
    ga_verdict verdict;
    unsigned evaluations;
    const char *reason; /* a literal: "agrees", "bar too wide", ... */
} ga_element;

#define GA_MAX_INDICES 32
typedef struct ga_finding {
    const char *code, *name; /* "G01", "mismatch" */
    const char *refines;     /* the code this one explains better, or NULL */
    ga_severity severity;
    ga_verdict verdict;
    const char *variable; /* NULL: the loss as a whole */
    size_t indices[GA_MAX_INDICES]; /* flat; the worst first */
    size_t index_count;             /* at most GA_MAX_INDICES */
    size_t count;                   /* elements concerned in all */
    int has_numbers;                /* whether the next three mean anything */
    double analytic, measured, uncertainty;
    const char *message, *why, *help;
    const char *file; /* NULL: no place is known */
    int line;
    const char *suppressed; /* the reason given to ga_allow(), or NULL */
    int point;              /* 0: at the point given; k: at the kth jittered point */
    int along;              /* the numbers are along a direction through the whole variable, not of an
                               element */
} ga_finding;

typedef struct ga_check_result {
    const char *code, *name;
    ga_verdict verdict;
    const char *reason; /* why it was skipped; else NULL */
} ga_check_result;

GA_API const ga_facts *ga_result_facts(const ga_result *result);
GA_API ga_verdict ga_result_verdict(const ga_result *result);
GA_API size_t ga_result_variable_count(const ga_result *result);
GA_API const ga_variable_result *ga_result_variable(const ga_result *result, size_t variable);
GA_API size_t ga_result_element_count(const ga_result *result, size_t variable); /* measured ones */
GA_API const ga_element *ga_result_element(const ga_result *result, size_t variable, size_t k);
GA_API size_t ga_result_finding_count(const ga_result *result);
GA_API const ga_finding *ga_result_finding(const ga_result *result, size_t finding);
GA_API size_t ga_result_check_count(const ga_result *result);
GA_API const ga_check_result *ga_result_check(const ga_result *result, size_t check);
GA_API void ga_result_free(ga_result *result);

#ifdef __cplusplus
} /* extern "C" */

extern "C++" { /* also for those who include this file within an extern "C" of their own */
inline ga_dtype ga_dtype_of(const float *) { return GA_F32; }
inline ga_dtype ga_dtype_of(const double *) { return GA_F64; }
template <class T> struct ga_same_type {
    typedef T type;
};
template <class T>
inline ga_status ga_add_scalar(ga_problem *problem, const char *name, T *value,
                               typename ga_same_type<T>::type *grad, const char *file, int line)
{
    return ga_problem_add_typed(problem, name, value, grad, ga_dtype_of(value), 0, nullptr, file,
                                line);
}
template <class T, class... Size>
inline ga_status ga_add_tensor(const char *file, int line, ga_problem *problem, const char *name,
                               T *value, typename ga_same_type<T>::type *grad, Size... size)
{
    const size_t shape[] = {static_cast<size_t>(size)...};
    return ga_problem_add_typed(problem, name, value, grad, ga_dtype_of(value),
                                static_cast<int>(sizeof...(size)), shape, file, line);
}
} /* extern "C++" */
#define GA_VARIABLE(problem, name, value, grad)                                                    \
    ga_add_scalar((problem), (name), (value), (grad), __FILE__, __LINE__)
#define GA_TENSOR(problem, name, value, grad, ...)                                                 \
    ga_add_tensor(__FILE__, __LINE__, (problem), (name), (value), (grad), __VA_ARGS__)
#endif

#endif
