/* The GPT in float: the network that is audited. */
#define REAL float
#define GPT_PROBLEM gpt_float_problem
#include "gpt_network.inc"
