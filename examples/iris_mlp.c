/*
 * iris_mlp: a network with hand-written backward pass, in double, right.
 *
 * 4-16-3, tanh, softmax cross-entropy, weight decay, on Fisher's Iris data; 131 parameters in four
 * buffers of its own. The network is in iris_mlp.h. `-- FILE` takes another CSV file of the same
 * form.
 *
 * gradaudit reports: nothing to mend; all 131 elements are measured. Exit 0.
 */
#define REAL double
#include "iris_mlp.h"

static const ga_subject subjects[] = {
    {.name = "iris_mlp",
     .summary = "4-16-3 network on the Iris data, right; `-- FILE` takes another CSV",
     .open = open_network},
};
GA_PLUGIN(subjects)
