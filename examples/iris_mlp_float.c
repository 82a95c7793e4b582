/*
 * iris_mlp_float: the network of iris_mlp.c in single precision throughout.
 *
 * Parameters, activations, gradients and the loss of each flower are float; only the sum over the
 * flowers is taken in double. The loss still has a noise of about 1e-8 of itself, and that
 * limits what a difference can show: gradaudit sees it, widens its bars, steps in exact floats,
 * and allows 1e-4 where a double is allowed 1e-6.
 *
 * gradaudit reports: nothing to mend; all 131 elements are measured, to a coarser resolution. Exit
 * 0.
 */
#define REAL float
#include "iris_mlp.h"

static const ga_subject subjects[] = {
    {.name = "iris_mlp_float",
     .summary = "the network of iris_mlp in float, right",
     .open = open_network},
};
GA_PLUGIN(subjects)
