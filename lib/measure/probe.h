/*
 * Does one element of a gradient agree with the loss?
 *
 * The probe measures the slope of a line at 0 with an error bar and compares it with what the
 * user's gradient claims. Agreement is cheap: two to six evaluations. Disagreement is earned: steps
 * ever shorter, a test for kinks, fresh noise tables and a second estimate come before a FAIL.
 *
 *     ga_probe probe;
 *     ga_probe_element(&profile, &line, &claim, &probe);
 *     if (probe.verdict == GA_PROBE_FAIL) {
 *         printf("slope %g +- %g, not %g\n", probe.value, probe.uncertainty, claim.analytic);
 *     }
 */
#ifndef GA_MEASURE_PROBE_H
#define GA_MEASURE_PROBE_H

#include "profile.h"

/* No element costs more evaluations than this, whatever the loss does. */
enum {
    GA_PROBE_EVALUATIONS = 110
};

/* What the user's gradient says of this element. Slopes have the units of loss per coordinate. */
typedef struct ga_claim {
    double analytic;    /* g */
    double rtol;        /* relative error that g is allowed */
    double rounding;    /* absolute error of g by its own rounding, from the caller */
    double typical;     /* rms of g_j s_j over the variable, for what is negligible beside it; */
                        /* 0: the element is judged on its own scale */
    double step_change; /* the same over whatever surrounds the element, for the first step */
} ga_claim;

typedef enum ga_probe_verdict {
    GA_PROBE_PASS,
    GA_PROBE_FAIL,
    GA_PROBE_INCONCLUSIVE,
    GA_PROBE_KINK,     /* g is a valid value at a kink */
    GA_PROBE_NONFINITE /* the loss has no finite values around x */
} ga_probe_verdict;

#define GA_PROBE_REASONS(X)                                                                        \
    X(GA_AGREES, "agrees")                                                                         \
    X(GA_AGREES_RESOLVED, "agrees to the stated resolution")                                       \
    X(GA_AGREES_NEAR, "agrees at small steps only")                                                \
    X(GA_FLAT_ZERO, "the loss is flat and the gradient is 0")                                      \
    X(GA_IGNORED, "the loss ignores this element, the gradient does not")                          \
    X(GA_DEAD, "the loss is flat: dead or quantised")                                              \
    X(GA_MOVES_IN_STEPS, "the loss moves in steps")                                                \
    X(GA_BAR_TOO_WIDE, "consistent, but the bar is too wide")                                      \
    X(GA_DIFFERS, "differs")                                                                       \
    X(GA_UNREPEATABLE, "differs, but not repeatably")                                              \
    X(GA_KINK_BETWEEN, "kink: between the one-sided slopes")                                       \
    X(GA_KINK_OUTSIDE, "kink: outside the one-sided slopes")                                       \
    X(GA_FAR_AGREES, "the slope at larger scale agrees, the one at small scale differs")           \
    X(GA_NEAR_AGREES, "the slope at x agrees, the one at larger scale differs")                    \
    X(GA_SCALE_DEPENDENT, "the slope depends on the scale")                                        \
    X(GA_NOISIER, "the noise along this element is larger")                                        \
    X(GA_JUMPS_AT_X, "the loss jumps at x")                                                        \
    X(GA_NOT_FINITE, "the loss is not finite around x")                                            \
    X(GA_CLAIM_NOT_FINITE, "the gradient is not finite")                                           \
    X(GA_NO_ROOM, "the bounds or the coordinate's precision leave no room for a step")             \
    X(GA_ASIDE_AGREES, "one-sided: agrees to the stated resolution")                               \
    X(GA_ASIDE_WIDE, "one-sided: consistent, but the bar is too wide")                             \
    X(GA_ASIDE_DIFFERS, "one-sided: differs")                                                      \
    X(GA_ASIDE_UNREPEATABLE, "one-sided: differs, but not repeatably")

typedef enum ga_probe_reason {
#define GA_REASON(name, text) name,
    GA_PROBE_REASONS(GA_REASON)
#undef GA_REASON
} ga_probe_reason;

/* What would have to change for a narrower bar. */
typedef enum ga_probe_limit {
    GA_LIMIT_NOISE,        /* more precise arithmetic, repeats */
    GA_LIMIT_TRUNCATION,   /* a smoother or better scaled loss */
    GA_LIMIT_KINK,         /* another point */
    GA_LIMIT_QUANTISATION, /* a loss that does not move in steps */
    GA_LIMIT_DOMAIN,       /* a point farther from where the loss is undefined */
    GA_LIMIT_BOUNDS        /* wider bounds, or another point */
} ga_probe_limit;

/* How the loss gets from a flat stretch at x to where it moves. */
typedef enum ga_motion {
    GA_MOTION_UNKNOWN,   /* not asked, or never flat */
    GA_MOTION_JUMPS,     /* by a step: rounding, a threshold, a cast */
    GA_MOTION_CONTINUOUS /* from some point on, as at the hinge of a dead unit */
} ga_motion;

/* What an element learnt about the whole loss: for ga_profile_learn. */
typedef struct ga_lesson {
    ga_values values;
    double noise; /* a table along the element showed this much more; 0: none did */
    int moves;
    int refusals;
    int glances;
    int glances_won;
    int kinks; /* kinks showed at the point or between the steps */
} ga_lesson;

typedef struct ga_probe {
    ga_probe_verdict verdict;
    ga_probe_reason reason;
    ga_probe_limit limit;
    int evaluations;
    double value;       /* slope of the loss at x; NaN when none could be measured */
    double uncertainty; /* the true slope is within value +- uncertainty */
    double resolution;  /* PASS: faults above it are excluded; FAIL: faults above it show */
    double scale;       /* slope against which the resolution option is taken */
    double step;        /* the step the value rests on, 0 if none */
    double left;        /* one-sided slopes at x when reason is a kink, else NaN */
    double right;
    double flat_step; /* longest step at which the loss equalled f(x) exactly on both sides, or 0 */
    double far_slope; /* slope at the shortest step beyond flat_step that moved the loss, or 0 */
    double jump;      /* by which the loss jumps at x, or 0 */
    ga_motion motion; /* between the two; known whenever a step of 64 quanta was to be expected */
    ga_lesson lesson;
} ga_probe;

/*
 * Probe one element. Everything is kept on the stack, nothing is allocated, and the same profile,
 * line and claim give the same bits. A claim that is NaN or infinite FAILs without an evaluation.
 */
void ga_probe_element(const ga_profile *profile, const ga_line *line, const ga_claim *claim,
                      ga_probe *out);

/*
 * The same for an element whose slope is already known, from directions, to be expected +-
 * expected_bar. Where the loss is plain and two or four evaluations exclude the claim and meet the
 * expectation, that is a FAIL: two independent estimates agree. In any doubt, and for every other
 * verdict, the whole probe decides, at up to four evaluations more. A wrong expectation makes no
 * FAIL.
 */
void ga_probe_confirm(const ga_profile *profile, const ga_line *line, const ga_claim *claim,
                      double expected, double expected_bar, ga_probe *out);

/*
 * The same for an element of a variable that is known to be wrong: a FAIL costs some four
 * evaluations, and is no easier to earn for a right element.
 */
void ga_probe_suspect(const ga_profile *profile, const ga_line *line, const ga_claim *claim,
                      ga_probe *out);

/* The sentence of a reason, a literal. */
const char *ga_probe_reason_text(ga_probe_reason reason);

#endif
