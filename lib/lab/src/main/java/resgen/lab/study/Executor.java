package resgen.lab.study;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import resgen.lab.metric.Results;

/**
 * Does the {@link Work} of a study, here or elsewhere. What it is given is plain data; one that
 * works on other machines sends each piece as {@link Work#line} and opens a {@link StudyRunner} at
 * the {@link Place} there.
 */
public interface Executor {

  /**
   * Where a study's files are, on the machine that does the work.
   *
   * @param experiments the folder of experiments
   * @param results the folder of results, into whose {@code cells} each piece of work writes a file
   */
  record Place(String experiments, String results) {

    /** The project's own folders. */
    public static Place ofProject() {
      return new Place(Study.folder().toString(), Results.ofProject().directory().toString());
    }

    /** The study that a piece of work is of. */
    public Study study(String name) {
      return Study.load(Path.of(experiments), name);
    }

    /** The results that are in the folder. */
    public Results open() {
      return new Results(Path.of(results));
    }
  }

  /**
   * Does the work, each piece at least once; none depends on another's result. What it finds is in
   * cell files, see {@link Results#keep}, and not gathered.
   *
   * @throws CancellationException if interrupted
   */
  void execute(Place place, List<Work> work, StudyWatcher watcher);

  /** Does the work in this process, one piece after another, the cheapest first. */
  static Executor local() {
    return (place, work, watcher) -> {
      for (String name : work.stream().map(Work::study).distinct().toList()) {
        Study study = place.study(name);
        try (StudyRunner<?> runner = StudyRunner.of(study.benchmark(), place.open())) {
          runner.perform(
              study, work.stream().filter(w -> w.study().equals(name)).toList(), watcher);
        }
      }
    };
  }
}
