/*
 * gpt: a small GPT in float with a backward pass written by hand, right, and its twin in double.
 *
 * 16 tensors, 110 336 parameters: too many to measure one by one, and in float the loss moves in
 * steps of 1e-7. gradaudit measures slopes along directions through all parameters, and it measures
 * them on the twin, the same source built for double; the gradient it judges is that of the float
 * network. The source is in the files that gpt.h lists.
 *
 * gradaudit reports: nothing to mend, exit 0. The gradient of the key biases is 0 but for rounding
 * (a softmax ignores what is added to all its scores), and rows 16 to 31 of wpe are not in use:
 * both are as they should be.
 *
 * Arguments: `--seed N` for other weights (42 unless you say otherwise); `--no-twin` to be judged
 * by the float loss alone, with what its rounding leaves of the resolution.
 */
#include "gpt.h"

static ga_problem *open_right(int argc, char **argv)
{
    return gpt_open(argc, argv, 0);
}

static const ga_subject subjects[] = {
    {.name = "gpt",
     .summary = "a small GPT, right; `-- --no-twin` without the double twin, `-- --seed N`",
     .open = open_right},
};
GA_PLUGIN(subjects)
