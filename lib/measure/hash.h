/*
 * Random numbers that depend on nothing but their name.
 *
 * A step is jittered so that it cannot fall in with the period of a staircase, and a report must be
 * the same bytes for the same seed however many workers made it, in whatever order. So there is no
 * generator with a state: each number is a hash of (seed, stream, purpose, counter), where the
 * stream names the line and the purpose the question.
 */
#ifndef GA_MEASURE_HASH_H
#define GA_MEASURE_HASH_H

#include <stdint.h>

/* What a number is drawn for. Streams of different purposes never share a number. */
typedef enum ga_purpose {
    GA_FOR_SIDE,    /* which side of x a noise table stands on */
    GA_FOR_SPACING, /* the spacing of a noise table */
    GA_FOR_POINTS,  /* where the points of a noise table stand */
    GA_FOR_GLANCE,  /* the one step of a first glance */
    GA_FOR_OPENING, /* the first step of a probe */
    GA_FOR_DESCENT, /* steps on the way down */
    GA_FOR_REPEAT,  /* the fresh steps of a second estimate */
    GA_FOR_LINE,    /* which element stands for all others */
    GA_FOR_DENSE,   /* the direction of a line that moves every element */
    GA_FOR_JITTER,  /* a point near the one that is audited */
    GA_FOR_PILOT,   /* which elements are probed first */
    GA_FOR_ORDER,   /* the order of elements when not all can be afforded */
    GA_FOR_REACTION, /* steps of a whole variable */
    GA_FOR_COURSE,   /* a direction through all elements, and its steps */
    GA_FOR_POINT,    /* a jittered point of its own */
    GA_FOR_SPOT,     /* elements of a spot check */
    GA_FOR_SUSPECT,  /* the first step of an element whose neighbours are wrong */
    GA_FOR_RESTLESS, /* steps on a loss that is random or drifts */
    GA_FOR_CONFIRM   /* the steps that confirm what directions say of an element */
} ga_purpose;

/* 64 well mixed bits. */
uint64_t ga_hash(uint64_t seed, uint64_t stream, ga_purpose purpose, uint64_t counter);

/* The top 53 of 64 random bits as a number in [0, 1). */
double ga_hash_uniform(uint64_t bits);

#endif
