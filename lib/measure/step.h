/*
 * Steps that are taken exactly as they are written down.
 *
 * A difference quotient divides by a step; if x + h was rounded, it divides by the wrong one, and
 * the quotient is off by u|x|/h, often far more than everything else (Numerical Recipes, 3rd ed.,
 * section 5.7, calls it the trick of the exactly representable h). So a step is first rounded to
 * what the coordinate can hold, in float where the coordinate is a float.
 *
 * Where h is larger than |x|, x itself may have bits below the spacing at x + h. In double that
 * costs a relative 1e-16 of the slope and is ignored. In float the two sides then differ in length
 * by 6e-8, which a double loss shows clearly: the two lengths are kept, and ga_pair divides by
 * both.
 */
#ifndef GA_MEASURE_STEP_H
#define GA_MEASURE_STEP_H

#include "line.h"

typedef struct ga_step {
    double up;   /* at + up and at - down are exactly what the coordinate will hold; */
    double down; /* both positive, equal but for the float case above */
} ga_step;

/* Distance from |coordinate| = magnitude to the next larger number of the coordinate's type. */
double ga_step_spacing(const ga_line *line, double magnitude);

/*
 * The shortest step worth taking: 16 spacings at x. Shorter ones have few bits of their own, so
 * that jitter can no longer move them off a period of the loss.
 */
double ga_step_least(const ga_line *line);

/* Room on the narrower and on the wider side: bounds and the range of the coordinate's type. */
double ga_step_room(const ga_line *line);
double ga_step_widest(const ga_line *line);

/* The longest step of one side, with the room there is: above when side is 1, below when -1. */
double ga_step_room_aside(const ga_line *line, int side);

/* The exact steps nearest h > 0, at most as long as the room allows. Both 0 if nothing fits. */
ga_step ga_step_exact(const ga_line *line, double h);

/* The same for one side alone: h there, or 0 if nothing fits. */
double ga_step_exact_aside(const ga_line *line, int side, double h);

/*
 * Equally spaced points at + origin + i spacing (i times side), 1 <= i <= count, that the
 * coordinate holds exactly. Nothing is at x itself, so the origin is free to lie off x by less than
 * one rounding. The spacing is 0 when not even `count` of the shortest spacings fit into the room.
 */
typedef struct ga_grid {
    double origin;
    double spacing; /* a whole number of units */
    double unit;    /* spacing of the coordinate's numbers at the far end */
} ga_grid;

ga_grid ga_step_grid(const ga_line *line, int side, double spacing, int count);

#endif
