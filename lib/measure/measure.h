/*
 * Numbers with error bars: the measuring part of the engine, as the rest of lib/ sees it.
 *
 * It evaluates lines (line.h), learns once what a loss is like (profile.h), and compares the slope
 * of one element with a claim (probe.h). docs/numerics.md explains the method and what it achieves.
 */
#ifndef GA_MEASURE_MEASURE_H
#define GA_MEASURE_MEASURE_H

#include "hash.h"
#include "line.h"
#include "noise.h"
#include "probe.h"
#include "profile.h"
#include "step.h"

#endif
