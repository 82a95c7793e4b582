/*
 * The inside of evidence: one study of one problem. Each stage measures once what its name says and
 * keeps it; a stage asks for the stages it needs.
 *
 *     calls.c      the contract: guarded calls of the loss and the gradient
 *       slots.c        what the slots of a gradient show by their bits
 *     repeats.c    is the loss repeatable, and if not, in what way
 *     precision.c  is the loss computed in float
 *     restless.c   a random or drifting loss: its spread, and elements by repeats
 *     point.c      scales, lines through the point, the jittered point
 *     courses.c    all elements moved at once: the dense line, the field of directions
 *     twin.c       slopes measured on the double twin
 *     slopes.c     the stage: noise, then one of two strategies, then other points
 *     pilot.c        a few elements that teach what is shared by all
 *     elements.c     every element singly, the pilot first
 *     screen.c       directions, a search for what they show, samples; its parts: screen.h
 *     nearby.c       second thoughts at points nearby, on losses that are not clean
 *     points.c       the same directions at jittered points
 *     journey.c        to another point and back
 *     ratio.c      one constant factor in everything
 *     cause.c      what is the matter with an element
 *     share.c      how large an error is, as a share of |g|
 *     statement.c  what was excluded, what was not, and why
 *     reaction.c   does a variable move the loss at all; is the loss singular there
 */
#ifndef GRADAUDIT_STUDY_H
#define GRADAUDIT_STUDY_H

#include "crew.h"
#include "evaluator.h"
#include "gradaudit/evidence.h"
#include "locate.h"
#include "measure.h"

/* What is derived from the values and the gradient of one variable, once. */
typedef struct ga_scales {
    double rms_x;          /* of the values; 0 when all are 0 */
    double largest_g;      /* |g|, gradient_scale divided out */
    double largest_change; /* |g_j| s_j, units of the loss */
    double rms_change;     /* of g_j s_j */
    double norm_g;         /* sqrt of the sum of g_j^2 */
    size_t finite;         /* elements behind it */
    double root;           /* sqrt of the number of elements */
} ga_scales;

/* A point near x: every trainable element moved by +-U(0.5, 1.5) times `size` of its scale. Size 0:
 * x itself. */
typedef struct ga_jitter {
    uint64_t number; /* each is another point */
    double size;
} ga_jitter;

enum {
    GA_COURSES_WHOLE = 5,   /* one along the sign of the gradient, four hybrids, */
    GA_COURSES_VARIABLE = 5 /* and at most as many through one variable */
};

/* What was excluded, and what was not. */
typedef struct ga_statement {
    size_t covered;    /* elements that directions moved */
    double resolution; /* of directions, as a share of the gradient's norm; NaN: there were none */
    double seen_share; /* NaN: nothing was measured */
    const char *limit, *remedy; /* literals, or NULL */
    int is_open; /* directions say nothing of it: their bars are as wide as its gradient */
} ga_statement;

/* What directions through one variable showed, beside what the checks are told. */
typedef struct ga_screen {
    ga_screened told;
    ga_direction directions[GA_COURSES_VARIABLE];
    size_t count;
    size_t dense_first, dense_end; /* elements of the field, where it is dense */
    int unexplained;               /* it disagrees, and the search has not found all of it */
} ga_screen;

struct ga_evidence {
    ga_problem *problem; /* whose loss is evaluated: the twin while slopes are measured on it */
    ga_problem *home;    /* whose gradient is audited */
    ga_options options;  /* completed: no zeros that mean a default */
    ga_evaluator evaluator;
    ga_result *result; /* receives the elements as they are measured */
    ga_described *described;
    const char *why_not;
    unsigned char *shares; /* per block: it shares memory with another, and is not judged (V04) */

    int calls_done;
    ga_calls calls;
    ga_slots *slots;           /* per block */
    ga_bits gradient;          /* B: what is audited */
    ga_bits received;          /* the other gradients, one after the other; often only a view */
    unsigned char **unwritten; /* per block: a bit for each slot never written; NULL: none */
    int filled;       /* the last gradient call was received in buffers that we had filled */
    double losses[8]; /* at the point, in order of evaluation */
    int loss_count;
    double loss_aside; /* at the jittered point */
    ga_jitter jitter;

    int repeats_done;
    ga_repeats repeats;
    int precision_done;
    ga_precision precision;
    int one_call_late;            /* the loss returns the value of the call before */
    struct ga_restless *restless; /* restless.c; NULL unless the loss is random or drifts */

    int elements_done;
    ga_elements elements;
    ga_late late;          /* evaluations = 0: nothing changed */
    ga_scales *scales;     /* per block */
    double usual_scale;    /* of the variables: the middle of those whose values are not all 0 */
    double largest_change; /* of all scales */
    double usual_change;   /* the middle of what the variables' rms_change are, where not 0 */
    size_t *field_first;   /* per judged variable: number of its first element; then their count */
    size_t *field_block;   /* per judged variable */
    size_t field_variables;
    int field_failed;              /* no memory for an evaluation */
    size_t moved_first, moved_end; /* elements of the field that are not at the point just now */
    double seconds_per_loss;       /* with all that is around it */
    int screened;                  /* not every element could be measured singly */
    ga_direction whole[GA_COURSES_WHOLE];
    size_t whole_count;
    ga_screen *screens;    /* per block; NULL: nothing was screened */
    size_t located;        /* wrong elements that the search has named */
    int whole_wrong;       /* the whole disagrees, and nothing says where */
    double unexplained;    /* NaN: nothing was screened */
    int point;             /* where we are: 0, or the number of a jittered point */
    int points;            /* visited */
    char plan[192];        /* one line; "" until there is one */
    ga_evaluator twin;     /* of the twin, and later of the problem while that is not in use */
    ga_bits twin_gradient; /* likewise: the claims, in double */
    int on_twin;
    ga_statement *statements; /* per block; NULL: nothing was measured */
    ga_statement statement;   /* of the run */
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

/* ---- slots.c ---- */

/* Slots of a block whose gradient is asked for: 0 where it is not trainable. */
size_t ga_study_slot_count(const ga_evidence *evidence, size_t block);

/* A, kept in `gradient`, over sentinels: which were never written, which were added to? */
ga_status ga_study_look_at_sentinels(ga_evidence *evidence);

/* B, just received, which is what is audited: zeros, NaNs, sizes. A is in `gradient` still. */
void ga_study_look_at_gradient(ga_evidence *evidence);

/* D, received over `value`: B + value where the callback adds, B where it writes. */
void ga_study_look_for_addition(ga_evidence *evidence, double value);

/* Slots that were never written claim nothing: NaN in the gradient from now on. */
void ga_study_hide_unwritten(ga_evidence *evidence);

/* ---- point.c ---- */

/* The value of an element at the point, whatever the variable holds just now. */
double ga_study_x(const ga_evidence *evidence, size_t block, size_t index);

/* The natural length of an element: |x|, or the rms of the variable where x is 0, or 1 where all
 * are. Never 0. */
double ga_study_scale(const ga_evidence *evidence, size_t block, size_t index);

/* The value of one element at a jittered point. */
double ga_study_jittered(const ga_evidence *evidence, size_t block, size_t index, ga_jitter jitter);
void ga_study_go_to_jittered(const ga_evidence *evidence, ga_jitter jitter);

/* Whether a variable holds the bits of the jittered point. 0 also where that is not known without a
 * look at each element. */
int ga_study_is_at(const ga_evidence *evidence, size_t block, ga_jitter jitter);
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

/* Scales of the values, and then of the gradient with them. */
void ga_study_measure_lengths(ga_evidence *evidence);
void ga_study_measure_gradients(ga_evidence *evidence);
void ga_study_measure_scales(ga_evidence *evidence); /* both */

/* ---- restless.c: a loss that is random or drifts ---- */

typedef struct ga_restless ga_restless;

/* Samples loss and gradient at the point, and sets repeats.by_repeats: slopes can be measured so.
 * Where the gradient is random, its mean is what is audited from now on. GA_ENOMEM. */
ga_status ga_study_settle_restless(ga_evidence *evidence);

/* As ga_probe_element(), by repeats. */
void ga_study_probe_restless(ga_evidence *evidence, const ga_line *line, const ga_claim *claim,
                             size_t block, size_t index, ga_probe *probe);
void ga_study_forget_restless(ga_evidence *evidence);

/* After the elements, of which `judged` were to be measured: is the loss at the point what it was?
 */
void ga_study_look_late(ga_evidence *evidence, size_t judged);

/* repeats.c: the contract calls agreed, and now the loss at the point is `late`: in what way is it
 * not repeatable? */
void ga_study_look_again(ga_evidence *evidence, double late);

/* ---- ratio.c, elements.c, cause.c ---- */

/* The relative error the gradient of a block is allowed: its own, the option, or by precision. */
double ga_study_rtol(const ga_evidence *evidence, size_t block);

/* How far the gradient of an element may be off by its own rounding, where a length of `scale`
 * matters. */
double ga_study_rounding(const ga_evidence *evidence, size_t block, size_t index, double scale);

/* The same for a typical element among many, where errors of either sign meet. */
double ga_study_usual_rounding(const ga_evidence *evidence, size_t block, double scale);

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

/* Adds the element to the result, and a remark if there is something to say. GA_ENOMEM. */
ga_status ga_study_record(ga_evidence *evidence, size_t block, size_t index, const ga_probe *probe);

/* Whether an element has a claim that can be compared: written, and finite. */
int ga_study_is_judgeable(const ga_evidence *evidence, size_t block, size_t index);

/* A claim beside what was measured: of an element, or along a direction. */
typedef struct ga_tell {
    double claimed, measured, uncertainty;
    int differs; /* the claim is wrong */
    int means;   /* the slope is known, and the loss moved */
    int of_many; /* along several variables at once */
} ga_tell;

/* The ratio of claimed to measured on which they agree, or 1. *seen: how many say so; *example: one
 * of them. */
double ga_study_ratio_of(const ga_tell *tells, size_t count, size_t *seen, size_t *example);

/* The same for the pilot. */
double ga_study_common_ratio(const ga_pilot_probe *pilot, size_t count, size_t *seen);

/* What is the matter with a probed element; 0: nothing. */
int ga_study_remark(const ga_evidence *evidence, size_t block, const ga_element *element,
                    const ga_probe *probe, ga_remark *out);

/* Whether elements of a block are judged at all: trainable, not overwritten, not shared. */
int ga_study_judges(const ga_evidence *evidence, size_t block);

/* ---- courses.c ---- */

/* Numbers the elements of the judged variables; what is judged must be settled. GA_ENOMEM. */
ga_status ga_study_number_elements(ga_evidence *evidence);
size_t ga_study_judged(const ga_evidence *evidence);                      /* elements */
size_t ga_study_variable_of(const ga_evidence *evidence, size_t element); /* in the field */
void ga_study_find(const ga_evidence *evidence, size_t element, size_t *block, size_t *index);

/* The field of all judged elements; valid while the evidence is. */
void ga_study_field(ga_evidence *evidence, ga_field *out);

/* Puts back what the evaluations of a field or of the dense line have left moved. */
void ga_study_settle(ga_evidence *evidence);

/* The norm of a block's gradient as directions weigh it: sqrt(sum (g_j s_j)^2) with their scales.
 */
double ga_study_norm(const ga_evidence *evidence, size_t block);

/* Elements of a block that directions move. */
size_t ga_study_covered(const ga_evidence *evidence, size_t block);

/* ga_field.confirm: probes, and keeps what it found of an element that is wrong. */
int ga_study_confirm(void *evidence, size_t element, double residual, double bar, double *measured,
                     double *uncertainty);

/* A copy of the study with values of its own, for a thread that evaluates. NULL: no memory. */
ga_evidence *ga_study_clone(const ga_evidence *evidence);
void ga_study_discard(ga_evidence *clone);

/* ---- slopes.c, elements.c, screen.c, points.c ---- */

/* The noise of the loss at the present point, and with it all that elements share. 0: the loss is
 * not finite there. */
int ga_study_measure_noise(ga_evidence *evidence);

/* Elements by index, remarks by place. */
void ga_study_sort_elements(ga_evidence *evidence);

/* What the budget leaves, in loss evaluations; INFINITY: no limit. */
double ga_study_evaluations_left(const ga_evidence *evidence);

/* Whether every element can be measured singly with that. */
int ga_study_is_affordable(const ga_evidence *evidence);

/* What an element is expected to cost, in evaluations. */
extern const double EVALUATIONS_PER_ELEMENT;

/* Every element singly, in a random order when the budget does not reach for all. */
ga_status ga_study_measure_all(ga_evidence *evidence);

/* Probes a list of elements, through the crew; returns how many of the first were done. `suspect`:
 * most of them are wrong. At most GA_BATCH elements. */
enum {
    GA_BATCH = 8192
};
size_t ga_study_probe_list(ga_evidence *evidence, const size_t *elements, size_t count, int suspect,
                           ga_probe *out);

/* Of what was probed, what is kept as measured. */
typedef enum ga_keep {
    GA_KEEP_ALL,
    GA_KEEP_TELLING, /* not what could not be judged: directions may cover it all the same */
    GA_KEEP_WRONG
} ga_keep;

/* A list of elements (numbers in the field), through the crew. `suspect`: most are wrong. */
ga_status ga_study_measure_list(ga_evidence *evidence, const size_t *elements, size_t count,
                                int suspect, ga_keep keep);

/* Directions, search, samples; `spot`: and a spot check. */
ga_status ga_study_screen(ga_evidence *evidence, int spot);

/* The same without a spot check, at the present point; screens are there. */
ga_status ga_study_investigate(ga_evidence *evidence);

/* Directions through all elements, and nothing further: does any disagree? */
int ga_study_whole_disagrees(ga_evidence *evidence);

size_t ga_study_screen_cost(const ga_evidence *evidence); /* evaluations, roughly */

/* The same directions at `points` - 1 other points. */
ga_status ga_study_visit_points(ga_evidence *evidence, int points);

/* ---- nearby.c ---- */

/* Withdraws what was accused on a loss that is not clean, where points nearby know nothing of it.
 */
ga_status ga_study_hear_neighbours(ga_evidence *evidence);

/* ---- journey.c ---- */

typedef struct ga_journey {
    ga_bits point, gradient; /* of where we are not */
    ga_profile profile;      /* of the point given */
} ga_journey;

ga_status ga_journey_begin(const ga_evidence *evidence, ga_journey *journey); /* GA_ENOMEM */
void ga_journey_end(ga_journey *journey);

/*
 * To jittered point `number` (from 1 on), the first of the sizes at which the loss is finite. 0:
 * there is no loss or no gradient there. Either way ga_journey_return() brings everything back.
 */
int ga_journey_go(ga_evidence *evidence, ga_journey *journey, int number, const double *sizes,
                  size_t count);
void ga_journey_return(ga_evidence *evidence, ga_journey *journey);

/* ---- statement.c ---- */

/* Sums up what the measurements at this point exclude. */
void ga_study_state(ga_evidence *evidence);
double ga_study_confidence(void); /* that no fault above the stated resolution hides */

/* ---- twin.c ---- */

/* From now on evidence->problem, evaluator and gradient are those of the twin; and back. Nothing
 * happens where there is no twin. */
ga_status ga_study_use_twin(ga_evidence *evidence);
void ga_study_use_own(ga_evidence *evidence);

/* Does the twin compute the same loss at the point? For the calls. */
ga_status ga_study_compare_twin(ga_evidence *evidence);

/* ---- share.c ---- */

/* An amount in units of the slope as a share of |g|; and the error |analytic - measured| likewise,
 * NaN when nothing was measured. */
double ga_study_share(const ga_evidence *evidence, size_t block, const ga_element *element,
                      double amount);
double ga_study_error(const ga_evidence *evidence, size_t block, const ga_element *element);

/* ---- assemble.c: what the result says of each variable and of the run ---- */

ga_status ga_study_assemble(ga_evidence *evidence, ga_result *result);

#endif
