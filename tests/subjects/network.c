/* The network of network.inc in double and in float; see subjects.h. */
#include "subjects.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    INPUTS = 3,
    WIDTH = 5,
    OUTPUTS = 2,
    SAMPLES = 12
};
static const double DECAY = 0.05;

static double sample_input(size_t sample, size_t i)
{
    return sin(1.3 * (double)(sample * INPUTS + i) + 0.4);
}

static double sample_target(size_t sample, size_t k)
{
    return cos(0.9 * (double)(sample * OUTPUTS + k));
}

#define REAL double
#define TANH tanh
#define OPEN network_open
#define NAME(name) name##_double
#include "network.inc"
#undef REAL
#undef TANH
#undef OPEN
#undef NAME

#define REAL float
#define TANH tanhf
#define OPEN network_open_float
#define NAME(name) name##_float
#include "network.inc"
