/*
 * The inside of evidence: one study of one problem. Each stage measures once what its name says and
 * keeps it; a stage asks for the stages it needs.
 *
 *     calls.c      the contract: guarded calls of the loss and the gradient
 *     repeats.c    is the loss repeatable, and if not, in what way
 *     point.c      scales, lines through the point, the jittered point
 *     pilot.c      a few elements that teach what is shared by all
 *     elements.c   every element, the pilot first
 *     ratio.c      one constant factor in everything
 *     cause.c      what is the matter with an element
 *     share.c      how large an error is, as a share of |g|
 *     reaction.c   does a variable move the loss at all; is the loss singular there
 */
#ifndef GRADAUDIT_STUDY_H
#define GRADAUDIT_STUDY_H

#include "evaluator.h"
#include "gradaudit/evidence.h"
#include "measure.h"

/* What is derived from the values and the gradient of one variable, once. */
typedef struct ga_scales {
    double rms_x;          /* of the values; 0 when all are 0 */
    double largest_g;      /* |g|, gradient_scale divided out */
    double largest_change; /* |g_j| s_j, units of the loss */
    double rms_change;     /* of g_j s_j */
} ga_scales;

struct ga_evidence {
    ga_problem *problem;
    ga_options options; /* completed: no zeros that mean a default */
    ga_evaluator evaluator;
    ga_result *result; /* receives the elements as they are measured */
    ga_described *described;
    const char *why_not;
    unsigned char *shares; /* per block: it shares memory with another, and is not judged (V04) */

    int calls_done;
    ga_calls calls;
    ga_slots *slots;           /* per block */
    ga_bits gradient;          /* B: what is audited */
    ga_bits scratch;           /* the other gradients, one after the other */
    ga_bits aside;             /* values of the jittered point */
    unsigned char **unwritten; /* per block: a bit for each slot never written; NULL: none */
    int filled;       /* the last gradient call was received in buffers that we had filled */
    double losses[8]; /* at the point, in order of evaluation */
    int loss_count;
    double loss_aside; /* at the jittered point */
    double jitter;     /* its distance, as a share of each element's scale */

    int repeats_done;
    ga_repeats repeats;

    int elements_done;
    ga_elements elements;
    ga_late late;      /* evaluations = 0: nothing changed */
    ga_scales *scales; /* per block */
    float *dense;      /* per element: its part of the dense line, in scales; 0: it stays */
    ga_profile profile;
    double ratio; /* of every gradient to its slope; 1 unless a common one was found */
    ga_remark *remarks;
    size_t remark_count, remark_capacity;

    ga_reaction *reactions; /* per block; asked = 0: not looked at yet */
};

/* ga_evidence_new: the problem is sealed and stays busy until ga_evidence_free(), which puts the
 * parameters back. result receives the measured elements; one variable per block is there already.
 */
ga_status ga_evidence_new(ga_problem *problem, const ga_options *options, ga_result *result,
                          ga_evidence **out);
void ga_evidence_free(ga_evidence *evidence);

/* ---- point.c ---- */

/* The value of an element at the point, whatever the variable holds just now. */
double ga_study_x(const ga_evidence *evidence, size_t block, size_t index);

/* The natural length of an element: |x|, or the rms of the variable where x is 0, or 1 where all
 * are. Never 0. */
double ga_study_scale(const ga_evidence *evidence, size_t block, size_t index);

/* The value of one element at the jittered point y, at a distance of `jitter` scales. */
double ga_study_jittered(const ga_evidence *evidence, size_t block, size_t index, double jitter);
void ga_study_go_to_jittered(const ga_evidence *evidence, double jitter);
void ga_study_go_back(const ga_evidence *evidence); /* to the point, bit for bit */

/* The claimed derivative of one element: B / gradient_scale / common ratio. */
double ga_study_claimed(const ga_evidence *evidence, size_t block, size_t index);
int ga_study_is_unwritten(const ga_evidence *evidence, size_t block, size_t index);

typedef struct ga_study_line { /* context of an element's line; must outlive it */
    ga_evidence *evidence;
    size_t block, index;
    double x;
} ga_study_line;

ga_line ga_study_element_line(ga_study_line *context);
ga_line ga_study_dense_line(ga_evidence *evidence);
void ga_study_measure_scales(ga_evidence *evidence);

/* ---- ratio.c, elements.c, cause.c ---- */

/* The relative error the gradient of a block is allowed: its own, the option, or by precision. */
double ga_study_rtol(const ga_evidence *evidence, const ga_block *block);

/* Claim and probe of one element. 0: the budget ended it, and the probe means nothing. */
int ga_study_probe(ga_evidence *evidence, size_t block, size_t index, ga_probe *probe);

typedef struct ga_pilot_probe {
    size_t block, index;
    double claimed;
    ga_probe probe;
} ga_pilot_probe;

enum {
    GA_PILOT_MOST = 12
};

/* pilot.c: chooses and probes the pilot; returns how many, fewer when the budget ended it. */
size_t ga_study_pilot(ga_evidence *evidence, ga_pilot_probe pilot[GA_PILOT_MOST]);
int ga_study_in_pilot(const ga_pilot_probe *pilot, size_t count, size_t block, size_t index);

/* Whether an element has a claim that can be compared: written, and finite. */
int ga_study_is_judgeable(const ga_evidence *evidence, size_t block, size_t index);

/* The ratio of claimed to measured on which the pilot agrees, or 1. *seen: how many say so. */
double ga_study_common_ratio(const ga_pilot_probe *pilot, size_t count, size_t *seen);

/* What is the matter with a probed element; 0: nothing. */
int ga_study_remark(const ga_evidence *evidence, size_t block, const ga_element *element,
                    const ga_probe *probe, ga_remark *out);

/* Whether an element can be judged at all: trainable, written, finite, not overwritten. */
int ga_study_judges(const ga_evidence *evidence, size_t block);

/* ---- share.c ---- */

/* An amount in units of the slope as a share of |g|; and the error |analytic - measured| likewise,
 * NaN when nothing was measured. */
double ga_study_share(const ga_evidence *evidence, size_t block, const ga_element *element,
                      double amount);
double ga_study_error(const ga_evidence *evidence, size_t block, const ga_element *element);

/* ---- assemble.c: what the result says of each variable and of the run ---- */

ga_status ga_study_assemble(ga_evidence *evidence, ga_result *result);

#endif
