/* test-learner.c - a step of training against PyTorch
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Golden values: tests/golden/training/simclr.csv, a SimCLR loop of torch 2.15.0 in
 * float64 from the same weights and views.
 */
#include <math.h>

#include "engine/training/learner.h"
#include "tests/support/fill.h"

#define STEPS 5

/* Where the input of a relu is so near to 0 that rounding decides its side, the gradient
 * jumps. The more pixels and images stand beside it, the less one relu moves, so what is
 * held against PyTorch for several steps is the larger case (make-simclr.py has numbers).
 */
typedef struct
{
  int size, images;
} Case;

static const Case small = { 32, 8 }, large = { 64, 16 };

static const struct
{
  const char *optimiser;
  double rate, decay;
} settings[] = { { "sgd", 2e-3, 1e-4 }, { "lars", 0.1, 1e-4 }, { "adamw", 2e-5, 0.01 } };

/* By hand, not by pheno_run_new(): a recipe plays no part here. */
static PhenoRun
make_run (Case of, const char *optimiser, double decay)
{
  PhenoRun run = {
    .encoder = (char *) "resnet18",
    .size = of.size,
    .projection = 32,
    .temperature = 0.5,
    .batch = of.images,
    .accumulate = 1,
    .optimiser = (char *) optimiser,
    .momentum = 0.9,
    .weight_decay = decay,
    .precision = (char *) "float32",
  };

  return run;
}

static PhenoLearner *
make_learner (const PhenoRun *run, const char *device_name, int threads)
{
  g_autoptr (GError) error = NULL;
  PhenoLearner *learner;
  pk_device *device;

  g_assert_cmpint (pk_device_open (device_name, threads, &device), ==, PK_OK);
  learner = pheno_learner_new (run, 3, device, &error);
  g_assert_no_error (error);

  for (int i = 0; i < pk_graph_parameter_count (learner->graph); i++)
    {
      const pk_parameter_info *info = pk_graph_parameter (learner->graph, i);
      g_autofree float *values = g_new (float, pk_shape_count (info->shape));

      fill_weight (info->name, info->shape.rank, info->shape.size, values);
      g_assert_cmpint (pk_parameters_write (learner->parameters, i, values), ==, PK_OK);
    }

  return learner;
}

/* The second view is a quarter of its own and three quarters of the first. */
static void
make_views (PhenoLearner *learner, const PhenoRun *run, int step)
{
  g_autofree char *name = g_strdup_printf ("views.%d", step);
  guint32 hash = fill_name_hash (name);
  guint32 half = (guint32) (run->batch * 3 * run->size * run->size);
  float *views = pheno_learner_views (learner);

  for (guint32 i = 0; i < half; i++)
    {
      views[i] = fill_uniform (hash, i);
      views[half + i] = 0.75f * views[i] + 0.25f * fill_uniform (hash, half + i);
    }
}

static void
train_step (PhenoLearner *learner, const PhenoRun *run, int step, double rate,
            double *loss, double *norm)
{
  g_autoptr (GError) error = NULL;

  make_views (learner, run, step);
  g_assert_true (pheno_learner_begin (learner, &error));
  g_assert_true (pheno_learner_add (learner, loss, &error));
  g_assert_true (pheno_learner_update (learner, rate, (guint64) step + 1, norm, &error));
}

/* Loss and gradient length of step @step (from 1) in simclr.csv. */
static void
find_golden (const PhenoRun *run, int step, double *loss, double *norm)
{
  g_autofree char *path
      = g_test_build_filename (G_TEST_DIST, "golden", "training", "simclr.csv", NULL);
  g_autofree char *start
      = g_strdup_printf ("\n%d,%s,%d,", run->size, run->optimiser, step);
  g_autofree char *text = NULL;
  const char *line;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  line = strstr (text, start);
  g_assert_nonnull (line);
  *loss = g_ascii_strtod (line + strlen (start), (char **) &line);
  *norm = g_ascii_strtod (line + 1, NULL);
}

/* The first step shows the rounding of one step; later ones, which relus it has turned.
 */
static void
check_step (const PhenoRun *run, int step, double loss, double norm)
{
  double golden_loss, golden_norm;

  find_golden (run, step, &golden_loss, &golden_norm);
  g_test_message ("step %d: loss %.8g, PyTorch %.8g; gradient %.6g, PyTorch %.6g", step,
                  loss, golden_loss, norm, golden_norm);
  g_assert_cmpfloat (fabs (loss - golden_loss), <, 1e-4 * golden_loss);
  g_assert_cmpfloat (fabs (norm - golden_norm), <,
                     (step == 1 ? 5e-4 : 2e-3) * golden_norm);
}

static void
test_losses_are_pytorchs (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  PhenoRun run = make_run (large, settings[i].optimiser, settings[i].decay);
  g_autoptr (PhenoLearner) learner = make_learner (&run, "auto", 0);

  for (int step = 0; step < STEPS; step++)
    {
      double loss, norm;

      train_step (learner, &run, step, settings[i].rate, &loss, &norm);
      check_step (&run, step + 1, loss, norm);
    }
}

/* bfloat16 has 8 bits of fraction; PyTorch's own autocast is as far from its float32. */
static void
test_bfloat16_losses_are_near (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  PhenoRun run = make_run (large, settings[i].optimiser, settings[i].decay);
  g_autoptr (PhenoLearner) learner = NULL;
  pk_device_info info;

  g_assert_cmpint (pk_device_describe (0, &info), ==, PK_OK);
  if (!info.bfloat16)
    {
      g_test_skip ("this processor does not compute in bfloat16");
      return;
    }

  run.precision = (char *) "bfloat16";
  learner = make_learner (&run, "auto", 0);
  for (int step = 0; step < STEPS; step++)
    {
      double loss, norm, golden_loss, golden_norm;

      find_golden (&run, step + 1, &golden_loss, &golden_norm);
      train_step (learner, &run, step, settings[i].rate, &loss, &norm);
      g_test_message ("step %d: loss %.6g, PyTorch %.6g", step + 1, loss, golden_loss);
      g_assert_cmpfloat (fabs (loss - golden_loss), <, 2e-2 * golden_loss);
    }
}

static void
test_reference_losses_are_pytorchs (void)
{
  PhenoRun run = make_run (small, "sgd", 1e-4);
  g_autoptr (PhenoLearner) learner = make_learner (&run, "reference", 1);

  for (int step = 0; step < 2; step++)
    {
      double loss, norm;

      train_step (learner, &run, step, settings[0].rate, &loss, &norm);
      check_step (&run, step + 1, loss, norm);
    }
}

/* Sums over the batch are added in another order with another number of threads, so the
 * last bits of float32 differ; one thread is the same to the bit each time. */
static void
test_threads_do_not_change_the_losses (void)
{
  PhenoRun run = make_run (small, "sgd", 1e-4);
  double one[3], again[3], two[3], norm;
  int threads[] = { 1, 1, 2 };
  double *losses[] = { one, again, two };

  for (int i = 0; i < 3; i++)
    {
      g_autoptr (PhenoLearner) learner = make_learner (&run, "auto", threads[i]);

      for (int step = 0; step < 3; step++)
        train_step (learner, &run, step, 2e-4, &losses[i][step], &norm);
    }

  for (int step = 0; step < 3; step++)
    {
      g_assert_cmpfloat (one[step], ==, again[step]);
      g_assert_cmpfloat (fabs (one[step] - two[step]), <, 1e-5 * one[step]);
    }
}

static void
read_weight (PhenoLearner *learner, const char *name, float *values)
{
  int index = pk_graph_find_parameter (learner->graph, name);

  g_assert_cmpint (pk_parameters_read (learner->parameters, index, values), ==, PK_OK);
}

/* Without momentum and decay a step moves the weights by rate x gradient: with clip the
 * whole move has the length rate x clip. The bias of the last layer shows a part of it.
 */
static void
test_clipping_shortens_the_step (void)
{
  PhenoRun run = make_run (small, "sgd", 0);
  float before[32], plain[32], clipped[32];
  double loss, norm;

  run.momentum = 0;
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (PhenoLearner) learner = NULL;

      run.clip = i == 0 ? 0 : 1;
      learner = make_learner (&run, "auto", 1);
      read_weight (learner, "projection.2.bias", before);
      train_step (learner, &run, 0, 1e-3, &loss, &norm);
      read_weight (learner, "projection.2.bias", i == 0 ? plain : clipped);
    }

  g_assert_cmpfloat (norm, >, 20); /* PyTorch: 25.7 */
  for (int i = 0; i < 32; i++)
    g_assert_cmpfloat_with_epsilon ((clipped[i] - before[i]) * norm, plain[i] - before[i],
                                    2e-6);
}

/* Twice the same batch at half the weight is the batch once. */
static void
test_accumulation_is_the_mean (void)
{
  PhenoRun run = make_run (large, "sgd", 1e-4);
  g_autoptr (PhenoLearner) learner = NULL;
  double once, twice, loss, golden_loss, golden_norm;
  g_autoptr (GError) error = NULL;

  run.accumulate = 2;
  learner = make_learner (&run, "auto", 1);
  make_views (learner, &run, 0);
  g_assert_true (pheno_learner_begin (learner, &error));
  g_assert_true (pheno_learner_add (learner, &loss, &error));
  g_assert_cmpint (pk_parameters_gradient_norm (learner->parameters, &once), ==, PK_OK);
  g_assert_true (pheno_learner_add (learner, &loss, &error));
  g_assert_true (pheno_learner_update (learner, 1e-3, 1, &twice, &error));

  find_golden (&run, 1, &golden_loss, &golden_norm);
  g_assert_cmpfloat_with_epsilon (once, golden_norm / 2, 1e-4 * golden_norm / 2);
  g_assert_cmpfloat_with_epsilon (twice, golden_norm, 1e-4 * golden_norm);
}

static void
test_no_number_is_an_error (void)
{
  PhenoRun run = make_run (small, "sgd", 1e-4);
  g_autoptr (PhenoLearner) learner = make_learner (&run, "auto", 1);
  g_autoptr (GError) error = NULL;
  g_autofree float *bias = g_new (float, 32 * 512), *after = g_new (float, 32 * 512);
  float broken[32] = { NAN };
  double loss;
  int index = pk_graph_find_parameter (learner->graph, "projection.2.bias");

  make_views (learner, &run, 0);
  read_weight (learner, "projection.2.weight", bias);
  g_assert_cmpint (pk_parameters_write (learner->parameters, index, broken), ==, PK_OK);
  g_assert_true (pheno_learner_begin (learner, &error));
  g_assert_false (pheno_learner_add (learner, &loss, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_DIVERGED);
  g_assert_nonnull (strstr (error->message, "lower learning-rate"));
  read_weight (learner, "projection.2.weight", after);
  g_assert_cmpmem (bias, 4 * 32 * 512, after, 4 * 32 * 512);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      g_autofree char *path
          = g_strdup_printf ("/learner/%s/losses-are-pytorchs", settings[i].optimiser);

      g_autofree char *near = g_strdup_printf ("/learner/%s/bfloat16-losses-are-near",
                                               settings[i].optimiser);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_losses_are_pytorchs);
      g_test_add_data_func (near, GSIZE_TO_POINTER (i), test_bfloat16_losses_are_near);
    }
  g_test_add_func ("/learner/reference/losses-are-pytorchs",
                   test_reference_losses_are_pytorchs);
  g_test_add_func ("/learner/threads-do-not-change-the-losses",
                   test_threads_do_not_change_the_losses);
  g_test_add_func ("/learner/clipping-shortens-the-step",
                   test_clipping_shortens_the_step);
  g_test_add_func ("/learner/accumulation-is-the-mean", test_accumulation_is_the_mean);
  g_test_add_func ("/learner/no-number-is-an-error", test_no_number_is_an_error);

  return g_test_run ();
}
