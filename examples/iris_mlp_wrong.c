/*
 * iris_mlp_wrong: the network of iris_mlp.c with two mistakes that look like learning for a while.
 *
 *   1. The gradient of W2 is stored as (3,16) in its (16,3) buffer: all the right numbers, nearly
 *      all in the wrong places.
 *   2. Weight decay is in the loss for both layers, in the gradient only for the second: that of W1
 *      is off by 0.05 W1.
 *
 * A hundred steps of gradient descent at rate 0.1 take the loss from 1.35 to 0.87, and 136 of 150
 * flowers are classified rightly. With the right gradient it is 0.50 and 140; with this one, the
 * loss rises without bound some hundred steps later.
 *
 * gradaudit reports: G01 (mismatch) for W1 and for W2, and for nothing else: the biases are right.
 * Exit 1.
 *
 * To mend it: remove the next two definitions.
 */
#define REAL double
#define W2_SLOT(unit, class) ((class) * HIDDEN + (unit)) /* wrong: the transposed place */
#define W1_DECAY ((REAL)0)                               /* wrong: decay forgotten */
#include "iris_mlp.h"

static const ga_subject subjects[] = {
    {.name = "iris_mlp_wrong",
     .summary = "iris_mlp with a transposed gradient and a forgotten decay",
     .open = open_network},
};
GA_PLUGIN(subjects)
