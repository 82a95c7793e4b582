/*
 * Evidence: all that was measured of a problem, each thing once and only when somebody asks. Not
 * installed.
 *
 * Checks read it and judge; they never call user code. What depends on something that failed is not
 * measured: then *out is NULL although the status is GA_OK, and ga_evidence_why_not() says why,
 * which a check passes on to ga_findings_skip().
 */
#ifndef GRADAUDIT_EVIDENCE_H
#define GRADAUDIT_EVIDENCE_H

#include "gradaudit/check.h"

const char *ga_evidence_why_not(const ga_evidence *evidence);

/* ---- What was described -----------------------------------------------------------------------
 */

typedef struct ga_described {
    const char *name;
    ga_dtype dtype;
    ga_role role;
    size_t elements;
    int is_tensor;         /* declared as a whole: a variable or a slice */
    double gradient_scale; /* declared */
    int accumulates;       /* declared */
    const char *file;
    int line;
} ga_described;

size_t ga_evidence_variable_count(const ga_evidence *evidence);
const ga_described *ga_evidence_variable(const ga_evidence *evidence, size_t variable);

typedef enum ga_sharing {
    GA_SHARED_VALUES,
    GA_SHARED_GRADIENTS,
    GA_SHARED_MIXED
} ga_sharing;

typedef struct ga_shared_memory {
    const char *first, *second; /* names of the two variables */
    size_t second_variable;
    ga_sharing kind; /* mixed: values of one, gradient of another */
    size_t bytes;
} ga_shared_memory;

/* Pairs of variables that share memory, at most `most`. */
size_t ga_evidence_overlaps(const ga_evidence *evidence, ga_shared_memory *pairs, size_t most);

typedef struct ga_created {
    const char *name; /* of the variable */
    const char *file; /* where it was registered, or NULL */
    int line;
    size_t call;  /* number of the loss call, from 1 */
    size_t times; /* it happened */
    int moved;    /* not a registration: the address that `locate` gives changed */
} ga_created;

/* Variables that came into being inside a callback, or moved. Meaningful after the calls. */
size_t ga_evidence_created(const ga_evidence *evidence, ga_created *created, size_t most);

/* ---- The contract: a handful of guarded calls ---------------------------------------------- */

/*
 * With x the point and y a jittered one:
 *   f(x) g(x)=A   f(x) g(x)=B   f(y) g(y)=C   f(x) g(x)=D,   and f(x) g(x)=E when D differs from B.
 * A and C are received over sentinels, B over zeros, D over a value; B is what is audited.
 */
typedef struct ga_calls {
    double loss; /* f(x), the first */
    int loss_finite;
    int has_gradient;     /* B was received */
    int refused;          /* what the gradient callback answered instead of 0 */
    size_t refused_call;  /* its number, from 1 */
    int sentinels;        /* the buffers could be prefilled */
    int is_update;        /* the gradient is (before - after) / rate */
    int guarded;          /* there were guards around the buffer (flat form) */
    size_t before, after; /* guard elements overwritten on either side */
    int has_joint;        /* the gradient callback returns the loss too, and there is another */
    double loss_joint;    /* what it returned at x */
    int stale;            /* each gradient belongs to the point before */
    int random_gradient;  /* differs at the same point, and nothing above explains it */
    double
        gradient_spread; /* the largest such difference, relative to the variable's largest |g| */
    int fenv;            /* GA_FENV_* bits changed by a callback */
    int load_fenv;       /* GA_FENV_* bits changed by loading the plug-in */
    const char *fenv_by; /* "the loss", "the gradient" */
    int restore_failed;  /* the parameters could not be put back as they were */
    int has_twin;        /* its loss was compared, */
    int twin_disagrees;  /* is not that of the problem, and is left alone from then on */
    double loss_twin;
} ga_calls;

ga_status ga_evidence_calls(ga_evidence *evidence, const ga_calls **out);

/* The same for one variable. */
typedef struct ga_slots {
    size_t unwritten;     /* slots the gradient callback never wrote */
    size_t nan, infinite; /* slots of B, the unwritten ones apart */
    size_t zero;          /* slots of B that are exactly 0 */
    size_t added;         /* slots of A where something was added to the sentinel */
    int accumulates;      /* adds to what the buffer holds, and nobody said so */
    int overwrites;       /* was declared to accumulate, but overwrites */
    int zero_elsewhere;   /* C is exactly 0 as well */
    int overwritten;      /* the loss callback sets this variable */
    size_t overwritten_index;
    double overwritten_from, overwritten_to;
    int changed; /* the gradient callback changes this variable */
    size_t changed_index;
    size_t
        first[GA_MAX_INDICES]; /* indices of unwritten slots, or if there are none of non-finite */
    size_t first_count;
    double largest, smallest; /* |g| in B over finite slots: largest, and smallest above 0 (or 0) */
    double norm;              /* Euclidean norm of B as stored; not finite when a slot is not */
} ga_slots;

const ga_slots *ga_evidence_slots(const ga_evidence *evidence, size_t variable);

/* ---- Repeatability -------------------------------------------------------------------------- */

typedef enum ga_repeat {
    GA_REPEAT_EQUAL,    /* the same bits each time */
    GA_REPEAT_ROUNDING, /* different in the last bits: threads that add in any order */
    GA_REPEAT_ORDER,    /* depends on the point evaluated before */
    GA_REPEAT_GRADIENT, /* changed by a gradient call */
    GA_REPEAT_DRIFT,    /* rises or falls with each call */
    GA_REPEAT_RANDOM
} ga_repeat;

typedef struct ga_repeats {
    ga_repeat kind;
    int calls, distinct; /* loss calls at the point, values they gave */
    double spread;       /* largest minus smallest value */
    double deviation;    /* standard deviation */
    double value, other; /* two values that differ, for the message */
    int usable;          /* slopes can be measured all the same, */
    int by_repeats;      /* but only as means over repeated calls: the loss is random or drifts */
} ga_repeats;

ga_status ga_evidence_repeats(ga_evidence *evidence, const ga_repeats **out);

/* ---- Elements ------------------------------------------------------------------------------- */

/* What is the matter with an element: exactly one cause each, so that nothing is reported twice. */
typedef enum ga_cause {
    GA_CAUSE_NONE,
    GA_CAUSE_MISMATCH,     /* G01 */
    GA_CAUSE_BROKEN_CHAIN, /* G05: 0 claimed, the slope is not */
    GA_CAUSE_PHANTOM,      /* G06: not 0 claimed, the loss does not move */
    GA_CAUSE_UNMEASURABLE, /* G11 */
    GA_CAUSE_KINK,         /* S01: valid, between the one-sided slopes */
    GA_CAUSE_PLATEAU,      /* S03 */
    GA_CAUSE_FINE,         /* S06: the slope depends on the scale */
    GA_CAUSE_JUMP          /* S02: the loss jumps within the smallest usable step */
} ga_cause;

/* What stands in the way of a narrower bar. */
typedef enum ga_hindrance {
    GA_HINDRANCE_NONE,
    GA_HINDRANCE_NOISE,
    GA_HINDRANCE_TRUNCATION,
    GA_HINDRANCE_KINK,
    GA_HINDRANCE_STEPS,  /* the loss moves in steps */
    GA_HINDRANCE_DOMAIN, /* it is not finite around the point */
    GA_HINDRANCE_BOUNDS  /* no room between the bounds */
} ga_hindrance;

/* An element about which there is something to say. */
typedef struct ga_remark {
    size_t variable;
    ga_cause cause;
    ga_hindrance hindrance;
    ga_element element;
    double error;       /* |analytic - measured| as a share of |g|; NaN: not measured */
    int point;          /* 0, or the jittered point at which it was seen */
    double left, right; /* one-sided slopes, at kinks */
    double flat_step;   /* largest step that does not move the loss at all; 0: every step does */
    double far_slope;   /* slope seen at a larger step */
    double jump;        /* by which the loss jumps at the point */
} ga_remark;

typedef struct ga_elements {
    const ga_remark *remarks; /* in order of variable and index */
    size_t count;
    size_t measured;     /* elements, singly */
    int screened;        /* directions were measured because not all elements could be */
    double common_ratio; /* 1, or what every gradient is of its slope; already divided out */
    size_t ratio_seen;   /* elements on which the ratio rests */
    int ratio_along;     /* ... or directions, where not all elements were measured */
    double ratio_analytic, ratio_measured, ratio_uncertainty; /* one of them, before dividing */
    double noise;                                             /* of the loss, standard deviation */
    double loss;
    double quantum; /* rounding of the loss in its detected precision */
    int single;     /* the loss is computed in float */
} ga_elements;

ga_status ga_evidence_elements(ga_evidence *evidence, const ga_elements **out);

/* In what precision is the loss computed? Ask after everything else: it may take a few calls. */
typedef struct ga_precision {
    int is_float;       /* in float, though every trainable variable is double */
    int is_exact;       /* every value seen is exactly a float */
    double noise, loss; /* standard deviation; value at the point */
    double rests;       /* steps that were to change the loss by this share left it as it was */
} ga_precision;

ga_status ga_evidence_precision(ga_evidence *evidence, const ga_precision **out);

/* ---- Directions ------------------------------------------------------------------------------ */

/* What directions through one variable showed, where not all elements could be measured singly. Ask
 * after ga_evidence_elements(). */
typedef struct ga_screened {
    int asked;            /* directions through this variable alone were measured */
    ga_verdict verdict;   /* FAIL: they disagree, and fresh ones confirm it */
    size_t directions;    /* measured, and of these */
    size_t disagreeing;   /* so many lie outside their bars */
    double claimed, measured, uncertainty; /* along the one that tells most; units of the loss */
    int claims_zero;      /* every element of the gradient is 0 */
    int is_flat;          /* no direction moved the loss at all */
    int is_dense;         /* wrong in too many elements to name them */
    size_t sampled;       /* elements of it measured singly, and of these */
    size_t sampled_wrong; /* so many are wrong */
    int point;            /* 0, or the jittered point at which it was seen */
} ga_screened;

const ga_screened *ga_evidence_screened(const ga_evidence *evidence, size_t variable);

/* Directions through all elements disagree, fresh ones confirm it, and nothing says where. */
int ga_evidence_wrong_somewhere(const ga_evidence *evidence);

/* The loss at the point before and after the elements were measured, when it changed meanwhile;
 * NULL when it did not, or when nobody has asked for the elements. */
typedef struct ga_late {
    double first, last;
    size_t evaluations;
} ga_late;

const ga_late *ga_evidence_late(const ga_evidence *evidence);

/* Does the loss react when the whole variable moves by large steps, at the point and elsewhere? */
typedef struct ga_reaction {
    int asked; /* no element moved it, so the question was put */
    int reacts;
    double step;      /* the smallest relative step that moved it */
    double predicted; /* what the claimed gradient says of the longest step; units of the loss */
} ga_reaction;

ga_status ga_evidence_reaction(ga_evidence *evidence, size_t variable, const ga_reaction **out);

/* Is the loss itself singular along this element (a kink, a pole, the edge of its domain)? For
 * elements whose gradient is not finite. *out: 1 yes, 0 no, -1 cannot tell. */
ga_status ga_evidence_singular(ga_evidence *evidence, size_t variable, size_t index, int *out);

/* ---- Findings -------------------------------------------------------------------------------- */

/*
 * Leave a finding of the running check. Code, name, refines, and when they are not set severity
 * and verdict are filled in from the check; texts are copied; `variable` gives name and place.
 * variable GA_NO_INDEX: the loss as a whole.
 */
ga_status ga_findings_add(ga_findings *out, size_t variable, const ga_finding *finding);

/* The same with another severity than the check's. */
ga_status ga_findings_add_as(ga_findings *out, ga_severity severity, size_t variable,
                             const ga_finding *finding);

/* The check looked, and all is well; or it could not look, and why. */
ga_status ga_findings_pass(ga_findings *out);
ga_status ga_findings_skip(ga_findings *out, const char *reason);

/* A text that lives as long as the findings; "" when there is no memory. */
const char *ga_findings_text(ga_findings *out, const char *format, ...) GA_PRINTF(2, 3);

/* "`W1[3,12]`", for messages. */
const char *ga_findings_place(ga_findings *out, size_t variable, size_t index);

/* Collects the remarks of one variable whose cause is among `causes` (bits 1u << GA_CAUSE_...) into
 * the indices, count and numbers of a finding, the worst first; 0: there are none. *worst is the
 * remark the numbers come from. */
size_t ga_findings_gather(const ga_elements *elements, size_t variable, unsigned causes,
                          ga_finding *finding, const ga_remark **worst);

#endif
