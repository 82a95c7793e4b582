/*
 * Evaluating a line while keeping count, learning from the values, and drawing random numbers in
 * its name. Everything that evaluates a line does it through a watch; the watch is on the caller's
 * stack, so probes of different elements share nothing.
 */
#ifndef GA_MEASURE_WATCH_H
#define GA_MEASURE_WATCH_H

#include "hash.h"
#include "line.h"
#include "values.h"

#include <stdint.h>

typedef struct ga_watch {
    const ga_line *line;
    ga_values values; /* begins as what the run knows, grows by what this line shows */
    uint64_t seed;
    uint64_t draws;  /* random numbers drawn so far: the counter of the hash */
    int evaluations; /* spent so far */
    int most;        /* the next one after this many answers NaN without calling anyone */
} ga_watch;

/* The loss at t; NaN also once the evaluations are used up. */
double ga_watch_value(ga_watch *watch, double t);

/* A fresh random number in [low, high). */
double ga_watch_draw(ga_watch *watch, ga_purpose purpose, double low, double high);

#endif
