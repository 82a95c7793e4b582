/*
 * The inside of ga_locate(): what a search knows, and its parts.
 *
 * A reading is a residual over one range as it was measured; nothing is ever taken off it. What is
 * left of it once the faults found so far are taken off is worked out whenever it is needed.
 */
#ifndef GA_MEASURE_HUNT_H
#define GA_MEASURE_HUNT_H

#include "decode.h"
#include "locate.h"

enum {
    GA_FAULTS_MOST = 96,  /* named at most; more are a dense fault or no sum of faults at all */
    GA_REFUSED_MOST = 24, /* elements that the probe does not find wrong: the model is at fault */
    GA_DEAD_ENDS_MOST = 32,
    GA_FRUITLESS_MOST = 3 /* searches of the whole that find nothing more */
};

typedef struct ga_reading {
    ga_course course;
    double residual;
    double noise, truncation; /* shares of the bar */
    double allowed;           /* what the gradient may err */
    double step;
    int own; /* what of its range lies outside its node was measured along this very direction */
} ga_reading;

/* A range and what is known of it; parts of a reading's range outside it are explained. */
typedef struct ga_node {
    size_t first, end;
    ga_reading readings[GA_EQUATIONS_MOST];
    int count;
    int unseen;  /* halvings in a row of which the half that was not measured is left */
    int extra;   /* directions added to choose among fits */
    int crowded; /* halvings in a row, within one variable, that left both sides wrong; */
    size_t crowd_first, crowd_end; /* the first of them halved this range, */
    double crowd_loudness;         /* which stood out so many bars */
} ga_node;

typedef struct ga_fault {
    size_t element;
    double size, bar;
    int astray; /* the probe measured another size: the element is not all that is wrong there */
} ga_fault;

typedef struct ga_hunt {
    const ga_field *field;
    ga_search *search;
    ga_decoder decoder;
    const ga_direction *known;
    size_t known_count;
    ga_status status;

    double step, noise, truncation; /* of one pair: its step and the shares of its bar */
    double bend;                    /* largest even part of a known direction, over h^2 */
    double grain;                   /* relative error of a share times the step */
    int thorough;                   /* pairs are no good: whole directions instead */
    uint32_t fresh;                 /* number of the next direction that nobody has used */

    ga_fault faults[GA_FAULTS_MOST];
    int fault_count;
    size_t refused[GA_REFUSED_MOST];
    int refused_count;
    size_t dense_before;                 /* dense ranges that other searches left */
    size_t spent;                        /* evaluations of this search */
    size_t dead_ends[GA_DEAD_ENDS_MOST]; /* elements where a search ended without a fault */
    int dead_end_count;
    uint32_t
        spoilt[GA_FRUITLESS_MOST]; /* directions that led a round to nothing: faults cancel there */
    int spoilt_count;
} ga_hunt;

/* Whether memory, budget or patience has come to an end. */
int ga_hunt_is_over(const ga_hunt *h);

/* ---- reading.c ------------------------------------------------------------------------------ */

/* Step and bar of a single pair, from what the known directions showed. */
void ga_hunt_plan(ga_hunt *h);

/* Measure a direction over a range: by one pair, or in full where that is no good. 0: that could
 * not be done. */
int ga_hunt_measure(ga_hunt *h, ga_sweep_kind kind, uint32_t number, size_t first, size_t end,
                    ga_reading *out);

/* What the gradient may err along a course. */
double ga_hunt_allowed(const ga_hunt *h, const ga_course *course);

/* What is left of a reading when the faults found within its range are taken off. */
ga_reading ga_reading_left(const ga_hunt *h, const ga_reading *whole);

double ga_reading_bar(const ga_reading *r);

/* How many bars are left of it; 1 or less is quiet. */
double ga_reading_loudness(const ga_hunt *h, const ga_reading *whole);
int ga_reading_is_quiet(const ga_hunt *h, const ga_reading *whole);

/* The reading of one half, along `course`, from those of the whole and of the other half. */
ga_reading ga_reading_subtract(const ga_hunt *h, const ga_reading *whole, const ga_reading *part,
                               const ga_course *course, double allowed);

/* The reading of a node along the same direction as `like`; NULL: there is none. */
const ga_reading *ga_node_find(const ga_node *n, const ga_reading *like);

/*
 * The reading of a node that stands out most and that `half` has not got yet; below 0: there is
 * none. Hybrid ones that stand out at all, and in which nothing is known to cancel, come first:
 * along sign(g) everything pulls together, and a single pair has more truncation. half may be NULL.
 */
int ga_node_loudest(const ga_hunt *h, const ga_node *n, const ga_node *half);

/* ---- dense.c -------------------------------------------------------------------------------- */

/* Whether a dense range of this search lies in first <= j < end. */
int ga_hunt_meets_dense(const ga_hunt *h, size_t first, size_t end);
void ga_hunt_record_dense(ga_hunt *h, size_t first, size_t end);

/*
 * Two quarters of a range within one variable disagree: many wrong elements, or a few by chance?
 * *told becomes 0 when its small parts show too little to say: ask again when more was found.
 */
int ga_hunt_is_dense(ga_hunt *h, const ga_node *n, int *told);

/* ---- explain.c ------------------------------------------------------------------------------ */

typedef enum ga_outcome {
    GA_NOTHING_FITS,
    GA_SEVERAL_FIT,
    GA_FOUND
} ga_outcome;

/* Is the node explained by one element, or by two? They are confirmed and recorded. */
ga_outcome ga_hunt_explain(ga_hunt *h, const ga_node *n);

/* How many faults between were not what the readings said. */
int ga_hunt_astray_within(const ga_hunt *h, size_t first, size_t end);

#endif
