/* The GPT in double: its twin, with which slopes are measured. */
#define REAL double
#define GPT_PROBLEM gpt_double_problem
#include "gpt_network.inc"
