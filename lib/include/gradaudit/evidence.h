/*
 * Evidence: all that was measured of a problem, each thing once and only when somebody asks. Not
 * installed.
 *
 * Checks read it and judge; they never call user code. What depends on something that failed is
 * not measured: then the call answers GA_OK with *out == NULL, and ga_evidence_why_not() says why,
 * which a check passes on to ga_findings_skip().
 */
#ifndef GRADAUDIT_EVIDENCE_H
#define GRADAUDIT_EVIDENCE_H

#include "gradaudit/check.h"

/* What became of one slot of a gradient buffer in a guarded call. */
typedef enum ga_slot { GA_SLOT_FINITE, GA_SLOT_NAN, GA_SLOT_INFINITE, GA_SLOT_UNWRITTEN } ga_slot;

/* One trainable, frozen or state variable, as described. */
typedef struct ga_described {
    const char *name;
    ga_dtype dtype;
    ga_role role;
    int rank;
    size_t shape[GA_MAX_RANK];
    size_t elements;
    double rtol;           /* that applies */
    double gradient_scale; /* declared */
    int accumulates;       /* declared */
    const char *file;
    int line;
} ga_described;

size_t ga_evidence_variable_count(const ga_evidence *evidence);
const ga_described *ga_evidence_variable(const ga_evidence *evidence, size_t variable);

/* ---- The contract: a handful of guarded calls ---------------------------------------------- */

/*
 * The calls made, with x the point and y a jittered one:
 *   f(x) g(x)=A   f(x) g(x)=B   f(y) g(y)=C   f(x) g(x)=D   and only when D differs from B
 *   f(x) g(x)=E.  Each gradient is received in a buffer with other contents.
 */
typedef struct ga_gradient_calls {
    int made;          /* at least A was received */
    int refused;       /* 1 + the number of the call that answered non-zero; 0: none */
    int refusal;       /* what it answered */
    /* per variable, NULL-safe accessors are below */
    size_t nan, infinite, unwritten; /* slots over all trainable variables, in call A and again */
    int accumulates_undeclared;      /* adds to the buffer though nobody said so */
    int overwrites_declared;         /* declared to accumulate, but overwrites */
    int stale;                       /* C and D belong to the previous point */
    int random;                      /* differs at the same point, and the two above do not explain it */
    double spread;                   /* largest relative difference of two calls at the point */
    int changed_parameters;          /* 1 + the variable it changed; 0: none */
    size_t changed_index;
    int guard_before, guard_after;   /* elements written before the start, past the end (flat form) */
    int guarded;                     /* canaries were there at all (flat form) */
    int sentinels;                   /* buffers could be prefilled (not with fresh buffers) */
    int scrambled_input;             /* 1 + the declared input that changed; 0: none */
} ga_gradient_calls;

typedef struct ga_calls {
    double loss_at_x;       /* first call */
    double loss_joint;      /* flat `both`: the loss returned with the gradient; else NaN */
    int has_joint;
    int joint_repeats;      /* the joint loss itself repeats */
    int loss_nonfinite;     /* P01 */
    int fenv_changed;       /* bits: 1 rounding mode, 2 flush-to-zero or denormals-are-zero, 4 masks */
    const char *fenv_phase; /* "the loss", "the gradient" */
    int overwritten;        /* 1 + the variable that the loss sets; 0: none */
    size_t overwritten_index;
    double overwritten_from, overwritten_to;
    int restore_failed;     /* the parameters could not be put back: user code prevents it */
    ga_gradient_calls gradient;
} ga_calls;

ga_status ga_evidence_calls(ga_evidence *evidence, const ga_calls **out);

/* Variables with a slot of this kind: how many, and the first `most` flat indices. */
size_t ga_evidence_slots(const ga_evidence *evidence, size_t variable, ga_slot kind, size_t *indices,
                         size_t most);

#endif
