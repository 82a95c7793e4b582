/*
 * A small GPT with its backward pass written by hand: what gpt.c, gpt_wrong.c and the files they
 * are built from have in common.
 *
 *   x = wte[token] + wpe[position]                                  (N,C)
 *   in each of LAYERS blocks:
 *     x = x + attention(layernorm(x, ln1) qkvw' + qkvb) attprojw' + attprojb
 *     x = x + gelu(layernorm(x, ln2) fcw' + fcb) fcprojw' + fcprojb
 *   logits = layernorm(x, lnf) wte'                                 (N,V)
 *   loss = mean over N of -log softmax(logits)[next token]
 *
 * N = B T tokens: B lines of T bytes each, in which a token sees itself and those before it. wte is
 * used twice, to read tokens and to predict them, so its gradient has two parts.
 *
 * Where to read what:
 *   gpt_layers.inc    the layers, forward and backward, each a page
 *   gpt_network.inc   the network made of them, and how it is described to gradaudit
 *   gpt_float.c       builds both for float; gpt_double.c for double, as the twin
 *   gpt_open.c        arguments; gpt_text.c: the lines that are learned
 *   gpt_faults.h      the mistakes that gpt_wrong switches on
 */
#ifndef GRADAUDIT_EXAMPLES_GPT_H
#define GRADAUDIT_EXAMPLES_GPT_H

#include "gpt_faults.h"

#include <gradaudit/plugin.h>

#include <stdint.h>

enum {
    VOCABULARY = 128, /* V: bytes of ASCII */
    CONTEXT = 32,     /* rows of wpe; those from TIME on are not in use */
    TIME = 16,        /* T */
    BATCH = 2,        /* B */
    TOKENS = BATCH * TIME,
    LAYERS = 2,
    CHANNELS = 64, /* C */
    HEADS = 4,
    HEAD = CHANNELS / HEADS, /* size of one */
    WIDE = 4 * CHANNELS      /* of the layer within the MLP */
};

#define GPT_ENUM(name, word, text) name,
typedef enum gpt_fault {
    NO_FAULT,
    GPT_FAULTS(GPT_ENUM) FAULT_END
} gpt_fault;

typedef struct gpt_setup {
    uint64_t seed;   /* of the weights */
    gpt_fault fault; /* NO_FAULT: the right gradient */
    int tokens[TOKENS];
    int targets[TOKENS]; /* the token that follows each */
} gpt_setup;

/* A network, described: 16 tensors of 110 336 parameters in all. Both begin at the same point, at
 * numbers that a float can hold. The problem owns the network. */
ga_problem *gpt_float_problem(const char *name, const gpt_setup *setup);
ga_problem *gpt_double_problem(const char *name, const gpt_setup *setup);

/* What `open` of both plug-ins does. argv: the name, then `--seed N` and `--no-twin` in any order,
 * and if `faulty` the word of a fault. */
ga_problem *gpt_open(int argc, char **argv, int faulty);

/* Fills tokens and targets with the beginning of data/tyger.txt. 0: done; else `why` says what is
 * wrong. */
int gpt_read_text(gpt_setup *setup, char *why, size_t why_size);

#endif
