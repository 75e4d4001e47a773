/* tensors.h - what stands behind PhenoTensors
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/model/model.h"

G_BEGIN_DECLS

/* The types of number that a safetensors file may hold and that have a float32 value. */
typedef enum
{
  PHENO_NUMBER_F64,
  PHENO_NUMBER_F32,
  PHENO_NUMBER_F16,
  PHENO_NUMBER_BF16,
  PHENO_NUMBER_I64,
  PHENO_NUMBER_I32,
  PHENO_NUMBER_I16,
  PHENO_NUMBER_I8,
  PHENO_NUMBER_U8,
  PHENO_NUMBER_BOOL,
  PHENO_NUMBERS
} PhenoNumber;

const char *pheno_number_name (PhenoNumber number); /* "F32", as in the file */
int pheno_number_find (const char *name);           /* -1 when it is not known */
gsize pheno_number_size (PhenoNumber number);       /* bytes */
gboolean pheno_number_is_integer (PhenoNumber number);

/* @count numbers of any type, little-endian and anyhow aligned, as float32 or int64. */
void pheno_number_to_float (PhenoNumber number, const void *bytes, gsize count,
                            float *values);
void pheno_number_to_int64 (PhenoNumber number, const void *bytes, gsize count,
                            gint64 *values);

/**
 * PhenoTensor:
 * @count: elements; 1 for rank 0
 * @values: as float32, in @owned or in the mapped file
 * @integers: (nullable): the same numbers where the file has integers; written as I64
 */
typedef struct
{
  char *name;
  int rank;
  gint64 shape[PHENO_TENSOR_MAX_RANK];
  gsize count;
  const float *values;
  float *owned;
  gint64 *integers;
} PhenoTensor;

void pheno_tensor_free (PhenoTensor *tensor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoTensor, pheno_tensor_free)

/* @tensors: PhenoTensor by name. @texts: text by key. @file: what borrowed values point
 * into. */
struct _PhenoTensors
{
  GHashTable *tensors;
  GHashTable *texts;
  GMappedFile *file;
};

/* Takes @tensor. */
void pheno_tensors_take (PhenoTensors *tensors, PhenoTensor *tensor);

G_END_DECLS
