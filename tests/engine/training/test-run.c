/* test-run.c - run files: read, written, refused
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/training/run.h"
#include "tests/support/folder.h"

static char *folder;

static PhenoRun *
load (const char *text, GError **error)
{
  g_autofree char *path = test_folder_add (folder, "run.ini", text, -1);

  return pheno_run_load (path, error);
}

/* What the file says, as one sentence: "In “.../run.ini”: ..." without the first part. */
static void
check_refused (const char *text, const char *sentence)
{
  g_autofree char *path = g_build_filename (folder, "run.ini", NULL);
  g_autofree char *whole = g_strdup_printf ("In “%s”: %s", path, sentence);
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoRun) run = load (text, &error);

  g_assert_null (run);
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_cmpstr (error->message, ==, whole);
}

static void
test_missing_keys_have_defaults (void)
{
  g_autoptr (PhenoRun) empty = load ("", NULL);
  g_autoptr (PhenoRun) run = load ("# a comment\n[training]\nepochs=7\n", NULL);

  g_assert_nonnull (empty);
  g_assert_cmpint (empty->epochs, ==, 100);
  g_assert_cmpstr (run->encoder, ==, "resnet18");
  g_assert_cmpint (run->epochs, ==, 7);
  g_assert_cmpint (run->batch, ==, 32);
  g_assert_cmpfloat (run->learning_rate, ==, 0); /* auto */
  g_assert_cmpfloat (run->temperature, ==, 0.2);
  g_assert_cmpstr (run->recipe_name, ==, "simclr");
}

static void
test_all_keys_are_read (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoRun) run = load (
      "[collection]\nroots=a folder;/b;\nspecies={genus}_{species}\n"
      "[augment]\nrecipe=colour\n"
      "[model]\nencoder=resnet50\nsize=224\nprojection=64\nweights=w.safetensors\n"
      "[loss]\nkind=nt-xent\ntemperature=0.5\n"
      "[training]\nepochs=3\nbatch=8\naccumulate=2\noptimiser=adamw\n"
      "learning-rate=1e-3\nweight-decay=0.01\nmomentum=0.5\nclip=1\nwarm-up=1\n"
      "patience=4\nseed=18446744073709551615\nprecision=float32\ndevice=cpu\n"
      "threads=2\n",
      &error);
  g_autofree char *root = g_build_filename (folder, "a folder", NULL);
  g_autofree char *weights = g_build_filename (folder, "w.safetensors", NULL);

  g_assert_no_error (error);
  g_assert_cmpstr (run->roots[0], ==, root); /* beside the run file */
  g_assert_cmpstr (run->roots[1], ==, "/b");
  g_assert_null (run->roots[2]);
  g_assert_cmpstr (run->species, ==, "{genus}_{species}");
  g_assert_cmpstr (run->recipe_name, ==, "colour");
  g_assert_cmpstr (run->encoder, ==, "resnet50");
  g_assert_cmpint (run->size, ==, 224);
  g_assert_cmpstr (run->weights, ==, weights);
  g_assert_cmpint (run->accumulate, ==, 2);
  g_assert_cmpfloat (run->learning_rate, ==, 1e-3);
  g_assert_cmpfloat (run->clip, ==, 1);
  g_assert_cmpuint (run->seed, ==, G_MAXUINT64);
  g_assert_cmpint (run->patience, ==, 4);
  g_assert_cmpint (run->threads, ==, 2);
}

static void
test_text_comes_back (void)
{
  g_autoptr (PhenoRun) run = pheno_run_new ();
  g_autoptr (PhenoRun) back = NULL;
  g_autofree char *text = NULL, *again = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (pheno_run_set (run, "training.learning-rate=0.1", NULL));
  g_assert_true (pheno_run_set (run, "loss.temperature=0.3333333333333333", NULL));
  g_assert_true (pheno_run_set (run, "augment.recipe=shape", NULL));
  g_strfreev (run->roots);
  run->roots = g_strsplit ("/with;semicolon|/ümläut and 🦋|/line\nbreak", "|", -1);
  text = pheno_run_to_text (run);

  back = load (text, &error);
  g_assert_no_error (error);
  again = pheno_run_to_text (back);
  g_assert_cmpstr (text, ==, again);
  for (int i = 0; i < 3; i++)
    g_assert_cmpstr (back->roots[i], ==, run->roots[i]);
  g_assert_cmpfloat (back->temperature, ==, 0.3333333333333333);
  g_assert_nonnull (strstr (text, "\nlearning-rate=0.1\n"));
  g_assert_nonnull (
      strstr (text, "# longest gradient of a step; 0: any length\nclip=0\n"));
}

/* A folder whose name is not UTF-8 cannot stand in a key file as it is. */
static void
test_any_folder_name_comes_back (void)
{
  g_autoptr (PhenoRun) run = pheno_run_new ();
  g_autoptr (PhenoRun) back = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_strfreev (run->roots);
  run->roots = g_strsplit ("/caf\xe9", "|", -1);
  text = pheno_run_to_text (run);
  back = load (text, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (back->roots[0], ==, "/caf\xe9");
}

/* What is left out by its whole path was moved with the folder that it lies in. */
static void
test_photographs_that_were_moved (void)
{
  g_autofree char *directory = g_build_filename (folder, "moved-run", NULL);
  g_autofree char *ini
      = test_folder_add (directory, "run.ini",
                         "[collection]\nroots=/a/wings;/other\nmetadata=/a/wings/t.csv\n"
                         "excluded=/a/wings/1.png;/a/wingspan/2.png;3.png\n",
                         -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoRun) before = pheno_run_load (ini, &error), after = NULL;

  g_assert_no_error (error);
  g_assert_true (pheno_run_folder_move_root (directory, "/a/wings", "/b/w", &error));
  g_assert_no_error (error);
  after = pheno_run_load (ini, &error);
  g_assert_cmpstr (after->roots[0], ==, "/b/w");
  g_assert_cmpstr (after->roots[1], ==, "/other");
  g_assert_cmpstr (after->metadata, ==, "/b/w/t.csv");
  g_assert_cmpstr (after->excluded[0], ==, "/b/w/1.png");
  g_assert_cmpstr (after->excluded[1], ==, "/a/wingspan/2.png");
  g_assert_cmpstr (after->excluded[2], ==, "3.png");
  g_assert_true (pheno_run_check_resume (before, after, &error));
  g_assert_no_error (error);
}

/* Names are the collection's, so they are never made to lie beside the run file. */
static void
test_what_is_left_out_comes_back (void)
{
  g_autoptr (PhenoRun) run
      = load ("[collection]\nmetadata=table.csv\nexcluded=rgb/a.png;/b/c d.png;\n", NULL);
  g_autoptr (PhenoRun) copy = pheno_run_copy (run), none = pheno_run_new (), back = NULL;
  g_autofree char *table = g_build_filename (folder, "table.csv", NULL), *text = NULL;
  GString *names = g_string_new ("[collection]\nexcluded=");
  g_autofree char *many = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (none->metadata, ==, "auto");
  g_assert_null (none->excluded[0]);
  g_assert_cmpstr (run->metadata, ==, table);
  g_assert_cmpstr (copy->excluded[0], ==, "rgb/a.png");
  g_assert_cmpstr (copy->excluded[1], ==, "/b/c d.png");
  g_assert_null (copy->excluded[2]);

  copy->excluded[0][0] = ';';
  text = pheno_run_to_text (copy);
  back = load (text, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (back->metadata, ==, table);
  g_assert_cmpstr (back->excluded[0], ==, ";gb/a.png");
  g_assert_true (pheno_run_set (back, "collection.excluded=x.png;y.png", &error));
  g_assert_cmpstr (back->excluded[1], ==, "y.png");
  g_assert_false (pheno_run_check_resume (copy, back, &error));
  g_assert_nonnull (strstr (error->message, "collection.excluded"));

  for (int i = 0; i < 20000; i++)
    g_string_append_printf (names, "photograph-%05d.jpeg;", i);
  many = g_string_free (names, FALSE);
  g_clear_pointer (&back, pheno_run_free);
  back = load (many, NULL);
  g_assert_cmpuint (g_strv_length (back->excluded), ==, 20000);
}

static void
test_unknown_keys_name_the_nearest (void)
{
  check_refused ("[training]\nepoch=3\n",
                 "There is no setting “training.epoch”. Did you mean “training.epochs”?");
  check_refused ("[train]\nepochs=3\n",
                 "There is no setting “train.epochs”. Did you mean “training.epochs”?");
  check_refused ("[training]\ntemperature=1\n",
                 "There is no setting “training.temperature”. "
                 "Did you mean “loss.temperature”?");
  check_refused ("[kitchen]\nsink=1\n", "There is no setting “kitchen.sink”. "
                                        "docs/formats.md lists the settings of a run.");
}

static void
test_values_out_of_range_are_named (void)
{
  check_refused ("[training]\nepochs=0\n", "“training.epochs” is “0”; it must be a whole "
                                           "number from 1 to 1000000.");
  check_refused ("[training]\nepochs=ten\n",
                 "“training.epochs” is “ten”; it must be a whole "
                 "number from 1 to 1000000.");
  check_refused ("[training]\nbatch=1e9\n",
                 "“training.batch” is “1e9”; it must be a whole "
                 "number from 2 to 65536.");
  check_refused ("[loss]\ntemperature=0\n",
                 "“loss.temperature” is “0”; it must be a number from 0.01 to 10.");
  check_refused ("[loss]\ntemperature=nan\n",
                 "“loss.temperature” is “nan”; it must be a number from 0.01 to 10.");
  check_refused ("[training]\nlearning-rate=fast\n",
                 "“training.learning-rate” is “fast”; it must be “auto” or a number from "
                 "1e-09 to 1000.");
  check_refused ("[training]\nseed=-1\n",
                 "“training.seed” is “-1”; it must be a whole number "
                 "from 0 to 18446744073709551615.");
  check_refused (
      "[training]\noptimiser=adam\n",
      "“training.optimiser” is “adam”, which does not exist. Did you mean “adamw”?");
  check_refused ("[model]\nencoder=alexandria\n",
                 "“model.encoder” is “alexandria”, which does not exist. Choose one of: "
                 "resnet10, resnet18, resnet34, resnet50, resnet101, efficientnet-lite0, "
                 "vit-s-16, vit-b-16, vit-b-32, vit-l-16.");
  check_refused ("[training]\ndevice=\n",
                 "“training.device” is empty. Give it a value, or leave the line out.");
}

static void
test_nonsense_is_a_sentence (void)
{
  static const char *const nonsense[] = { "epochs=3\n", "[training\nepochs=3\n", "hello",
                                          "[training]\nepochs\n", "\x89PNG\r\n\x1a\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (nonsense); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (load (nonsense[i], &error));
      g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT);
      g_assert_nonnull (strstr (error->message, "run.ini” is not a run file"));
    }
}

static void
test_missing_file_is_named (void)
{
  g_autofree char *path = g_build_filename (folder, "none.ini", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (pheno_run_load (path, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, path));
}

static void
test_set_changes_one_key (void)
{
  g_autoptr (PhenoRun) run = pheno_run_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (pheno_run_set (run, "training.epochs=20", &error));
  g_assert_cmpint (run->epochs, ==, 20);
  g_assert_true (pheno_run_set (run, "collection.roots=/a;/b", &error));
  g_assert_cmpstr (run->roots[1], ==, "/b");
  g_assert_true (pheno_run_set (run, "collection.species={a}={b}", &error));
  g_assert_cmpstr (run->species, ==, "{a}={b}");

  g_assert_false (pheno_run_set (run, "training.epochs", &error));
  g_assert_cmpstr (error->message, ==,
                   "“training.epochs” is not a setting. Write GROUP.KEY=VALUE, as "
                   "training.epochs=20.");
  g_clear_error (&error);
  g_assert_false (pheno_run_set (run, "training.epochs=0", &error));
  g_assert_cmpint (error->code, ==, PHENO_ERROR_SETTING);
  g_clear_error (&error);
  g_assert_false (pheno_run_set (run, "training.optimizer=sgd", &error));
  g_assert_cmpstr (error->message, ==,
                   "There is no setting “training.optimizer”. Did you mean "
                   "“training.optimiser”?");
}

static void
test_operations_are_overridden (void)
{
  g_autoptr (PhenoRun) run = pheno_run_new ();
  g_autofree char *before = pheno_recipe_to_text (run->recipe), *after = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (pheno_run_set (run, "augment.rotation.degrees=33", &error));
  g_assert_no_error (error);
  after = pheno_recipe_to_text (run->recipe);
  g_assert_cmpstr (before, !=, after);
  g_assert_nonnull (strstr (after, "33"));

  g_assert_false (pheno_run_set (run, "augment.rotatoin.degrees=33", &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_nonnull (strstr (error->message, "rotation"));
}

static void
test_a_run_needs_a_folder (void)
{
  g_autoptr (PhenoRun) run = pheno_run_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (pheno_run_check (run, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_nonnull (strstr (error->message, "--collection=FOLDER"));
  g_clear_error (&error);

  g_strfreev (run->roots);
  run->roots = g_strsplit ("/photographs", "|", -1);
  g_assert_true (pheno_run_check (run, &error));
  run->batch = 1;
  g_assert_false (pheno_run_check (run, &error));
  g_assert_nonnull (strstr (error->message, "“training.batch” is “1”"));
}

static void
test_what_may_change_on_the_way (void)
{
  g_autoptr (PhenoRun) began = pheno_run_new ();
  g_autoptr (PhenoRun) now = pheno_run_copy (began);
  g_autoptr (GError) error = NULL;

  now->epochs = 200;
  now->threads = 7;
  now->patience = 9;
  g_assert_true (pheno_run_check_resume (began, now, &error));

  now->size = 96;
  g_assert_false (pheno_run_check_resume (began, now, &error));
  g_assert_cmpstr (
      error->message, ==,
      "The run began with model.size=128 and cannot go on with model.size=96. "
      "Leave the setting as it was, or begin another run in another folder.");
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = test_folder_new ();
#define ADD(path, function) g_test_add_func ("/run/" path, function)
  ADD ("missing-keys-have-defaults", test_missing_keys_have_defaults);
  ADD ("all-keys-are-read", test_all_keys_are_read);
  ADD ("text-comes-back", test_text_comes_back);
  ADD ("any-folder-name-comes-back", test_any_folder_name_comes_back);
  ADD ("photographs-that-were-moved", test_photographs_that_were_moved);
  ADD ("what-is-left-out-comes-back", test_what_is_left_out_comes_back);
  ADD ("unknown-keys-name-the-nearest", test_unknown_keys_name_the_nearest);
  ADD ("values-out-of-range-are-named", test_values_out_of_range_are_named);
  ADD ("nonsense-is-a-sentence", test_nonsense_is_a_sentence);
  ADD ("missing-file-is-named", test_missing_file_is_named);
  ADD ("set-changes-one-key", test_set_changes_one_key);
  ADD ("operations-are-overridden", test_operations_are_overridden);
  ADD ("a-run-needs-a-folder", test_a_run_needs_a_folder);
  ADD ("what-may-change-on-the-way", test_what_may_change_on_the_way);
  status = g_test_run ();
  test_folder_remove (folder);
  g_free (folder);
  return status;
}
