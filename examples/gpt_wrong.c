/*
 * gpt_wrong: the GPT of gpt.c with one mistake in its backward pass, of the kinds that real
 * projects had.
 *
 *     gradaudit audit gpt_wrong.so -- list             names the mistakes
 *     gradaudit audit gpt_wrong.so -- gelu-output      makes this one
 *
 * gpt_faults.h says of each what it does; where it is made, the source asks for it by name. Some
 * spoil a single tensor. Others spoil all that lies before them, as a wrong derivative is handed
 * on: then the tensors nearest to the loss that are wrong enclose the place, and those after it are
 * right.
 *
 * gradaudit reports: errors for the tensors that tests/examples/gpt_faults.tsv lists, and for no
 * other. batch-factor, which is the same factor everywhere, is one G03; position-unwritten is G05.
 * Exit 1.
 *
 * To mend it: take `gpt`. `--seed N` and `--no-twin` as there.
 */
#include "gpt.h"

static ga_problem *open_wrong(int argc, char **argv)
{
    return gpt_open(argc, argv, 1);
}

static const ga_subject subjects[] = {
    {.name = "gpt_wrong",
     .summary = "gpt with a mistake in its backward pass; `-- list` names them",
     .open = open_wrong},
};
GA_PLUGIN(subjects)
