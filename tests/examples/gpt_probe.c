/* gpt_probe.h for one REAL. The build says which, and what the functions are called: PROBE and
 * PROBE_START. */
#include "gpt_probe.h"

#define GPT_PROBLEM PROBE_PROBLEM /* comes with the network, and nobody here calls it */
ga_problem *GPT_PROBLEM(const char *name, const gpt_setup *setup);
#include "gpt_network.inc"

_Static_assert(sizeof(parameters) == GPT_PARAMETERS * sizeof(REAL), "the tensors lie side by side");

double PROBE(const gpt_setup *setup, const double *x, double *gradient_out)
{
    network *const net = calloc(1, sizeof *net);
    if (!net) {
        abort();
    }
    net->setup = *setup;
    start(&net->x, setup->seed);
    REAL *const values = (REAL *)&net->x;
    for (size_t i = 0; x && i < GPT_PARAMETERS; i++) {
        values[i] = (REAL)x[i];
    }
    const double f = loss(net);
    if (gradient_out) {
        gradient(net);
        const REAL *const g = (const REAL *)&net->dx;
        for (size_t i = 0; i < GPT_PARAMETERS; i++) {
            gradient_out[i] = (double)g[i];
        }
    }
    free(net);
    return f;
}

void PROBE_START(const gpt_setup *setup, double *x)
{
    parameters *const values = calloc(1, sizeof *values);
    if (!values) {
        abort();
    }
    start(values, setup->seed);
    for (size_t i = 0; i < GPT_PARAMETERS; i++) {
        x[i] = (double)((const REAL *)values)[i];
    }
    free(values);
}
