package resgen.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import resgen.lab.metric.Outcome;
import resgen.lab.metric.Results;
import resgen.lab.study.Executor;
import resgen.lab.study.Study;
import resgen.lab.study.StudyRunner;
import resgen.lab.study.StudyWatcher;
import resgen.lab.study.Work;
import resgen.settings.Json;

/**
 * Studies' work, a task for each cell, the dearest first; what must not be divided, a model to
 * train with its cells, is one task. Each task writes the files of its cells into the folder of
 * results, as it would here, and sends their contents back: where machines share no folder, they
 * are written on arrival. A task that is done twice writes the same files.
 */
final class SparkStudies implements Executor {

  /** What a task found: a name of results, and an outcome as JSON. */
  private record Found(String name, String outcome) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** What travels with a task. */
  private record Here(String experiments, String results, String study, int threads)
      implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Does a part of the work in this JVM. */
    ArrayList<Found> perform(ArrayList<String> lines) {
      String device = Devices.prepare(threads);
      Place place = new Place(experiments, results);
      Study own = place.study(study);
      Results there = place.open();
      return Resident.use(
          "study %s %s %s %s".formatted(experiments, results, study, device),
          () -> StudyRunner.of(own.benchmark(), place.open()),
          runner -> {
            List<Work> work = lines.stream().map(Work::parse).toList();
            runner.perform(own, work, StudyWatcher.lines(line -> {}));
            ArrayList<Found> found = new ArrayList<>();
            for (Work one : work) {
              String name = one.kind() == Work.Kind.TRAIN ? StudyRunner.MODELS : study;
              there
                  .outcome(one.id())
                  .ifPresent(outcome -> found.add(new Found(name, Json.line(outcome))));
            }
            return found;
          });
    }
  }

  private final JavaSparkContext spark;

  SparkStudies(JavaSparkContext spark) {
    this.spark = spark;
  }

  @Override
  public void execute(Place place, List<Work> work, StudyWatcher watcher) {
    Set<String> names = new LinkedHashSet<>();
    work.forEach(one -> names.add(one.study()));
    for (String name : names) {
      Study study = place.study(name);
      Results results = place.open();
      List<List<Work>> parts;
      try (StudyRunner<?> runner = StudyRunner.of(study.benchmark(), results)) {
        parts = runner.parts(study, work.stream().filter(w -> w.study().equals(name)).toList());
      }
      if (!parts.isEmpty()) {
        execute(place, study, parts, results, watcher);
      }
    }
  }

  private void execute(
      Place place, Study study, List<List<Work>> parts, Results results, StudyWatcher watcher) {
    Here here =
        new Here(
            absolute(place.experiments()),
            absolute(place.results()),
            study.name(),
            spark.getConf().getInt("spark.task.cpus", 1));
    List<ArrayList<String>> lines = new ArrayList<>();
    parts.forEach(part -> lines.add(new ArrayList<>(part.stream().map(Work::line).toList())));
    JavaRDD<ArrayList<String>> all = spark.parallelize(lines, lines.size());
    JavaRDD<ArrayList<Found>> found =
        Devices.profile(spark.getConf())
            .map(all::withResources)
            .orElse(all)
            .mapPartitions(part -> List.of(here.perform(part.next())).iterator());
    Jobs jobs = new Jobs(spark);
    SparkListener listener =
        jobs.listener(
            begun -> watcher.begins(words(parts.get(begun)), begun + 1, parts.size(), Double.NaN),
            ended -> {});
    spark.sc().addSparkListener(listener);
    try {
      jobs.each(
          "study " + study.name(),
          found,
          (part, some) -> some.forEach(one -> keep(study, one, results, watcher)));
    } finally {
      spark.sc().removeSparkListener(listener);
    }
  }

  private static String absolute(String folder) {
    return java.nio.file.Path.of(folder).toAbsolutePath().normalize().toString();
  }

  private static void keep(Study study, Found found, Results results, StudyWatcher watcher) {
    Outcome outcome = Json.read(found.outcome(), Outcome.class);
    if (!results.cells(found.name()).contains(outcome.cell())) {
      results.keep(found.name(), outcome);
    }
    if (found.name().equals(study.name())) {
      watcher.measured(outcome);
    }
  }

  private static String words(List<Work> part) {
    Work first = part.get(0);
    String more = part.size() == 1 ? "" : " and %d more".formatted(part.size() - 1);
    return "%s, cell %s%s".formatted(first.experiment(), first.id(), more);
  }
}
