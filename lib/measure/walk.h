/*
 * One direction under way: which pairs of values it asks for, and what comes of them.
 *
 *     ga_walk walk;
 *     ga_walk_begin(&walk, &field, &course, &direction);
 *     ga_walk_open(&walk, &field, 2);        // walk.ask[0 .. walk.asked): evaluate at +-h each
 *     ga_walk_take(&walk, &field, answers);  // two for each; may ask again
 */
#ifndef GA_MEASURE_WALK_H
#define GA_MEASURE_WALK_H

#include "direction.h"

enum {
    GA_WALK_AHEAD = 3 /* pairs that a direction may ask for in one round */
};

/* From one pair to the next. Larger ratios see roughness better, smaller ones cover truncation less
 * wastefully; the best of both is flat between 2 and 3. */
extern const double GA_WALK_RATIO;

typedef struct ga_walk {
    ga_direction *out;
    uint64_t stream;
    double open; /* the first step that was wanted, whatever room there is */
    int wanted;  /* pairs without which there is no bar */
    int retreats;
    int asked;                 /* pairs of this round, */
    double ask[GA_WALK_AHEAD]; /* by falling step */
    int moved;                 /* the loss did */
    int coarse;                /* displacements are rounded too much for shorter steps */
    int over;                  /* nothing more to ask for */
} ga_walk;

/* *out is what is not measured yet; nothing is asked for. */
void ga_walk_begin(ga_walk *walk, const ga_field *field, const ga_course *course,
                   ga_direction *out);

/* Ask for the first pairs, `wanted` of them. */
void ga_walk_open(ga_walk *walk, const ga_field *field, int wanted);

/* Ask for pairs at h, h / GA_WALK_RATIO, ..., and for none if that is one too many already. */
void ga_walk_ask(ga_walk *walk, double h, int pairs);

/*
 * Take the values at +h and -h of each pair that was asked for. Where they are not finite, or the
 * loss has changed out of all proportion, shorter ones are asked for; when that does not help,
 * out->pairs stays below walk->wanted.
 */
void ga_walk_take(ga_walk *walk, const ga_field *field, const ga_request *answers);

/* Fill in what is said of the direction beside its bar. */
void ga_walk_end(ga_walk *walk, const ga_field *field);

#endif
