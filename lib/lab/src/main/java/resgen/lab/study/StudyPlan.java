package resgen.lab.study;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What is left of a study, the cheapest first: a number that needs a model to be trained costs that
 * too, until the model is there.
 */
final class StudyPlan {

  /**
   * A piece of work.
   *
   * @param experiment whose model it needs
   * @param cell to be measured; empty to train only
   */
  record Piece(Experiment experiment, Optional<Cell> cell) {

    /** As plain data. */
    Work work(String study) {
      return cell.map(c -> new Work(Work.Kind.MEASURE, study, experiment.name(), c.id()))
          .orElseGet(
              () -> new Work(Work.Kind.TRAIN, study, experiment.name(), experiment.modelId()));
    }
  }

  private final List<Piece> left = new ArrayList<>();
  private final Set<String> trained = new HashSet<>();
  private final int all;
  private double seconds;
  private double done;

  /**
   * A plan.
   *
   * @param work all of it
   * @param isDone what is there already
   * @param isTrained whether an experiment's model is there
   */
  StudyPlan(List<Piece> work, Predicate<Piece> isDone, Predicate<Experiment> isTrained) {
    all = work.size();
    work.stream().filter(isDone.negate()).forEach(left::add);
    left.stream()
        .map(Piece::experiment)
        .filter(e -> !trained.contains(e.modelId()))
        .filter(isTrained)
        .forEach(e -> trained.add(e.modelId()));
  }

  /** Pieces in all, those included that were done before. */
  int all() {
    return all;
  }

  /** Pieces that are left, cheapest first as things stand. */
  List<Piece> left() {
    return left.stream().sorted(Comparator.comparingDouble(this::effort)).toList();
  }

  /** The cheapest piece; empty at the end. */
  Optional<Piece> next() {
    return left.stream().min(Comparator.comparingDouble(this::effort));
  }

  /** Notes that a piece is done. */
  void finish(Piece work, double took) {
    seconds += took;
    done += effort(work);
    left.remove(work);
    trained.add(work.experiment().modelId());
  }

  /** Takes out a piece that was done elsewhere: of another process, or in another study. */
  void drop(Piece work) {
    left.remove(work);
  }

  /**
   * About how many seconds the rest takes, by the pace so far; not a number before there is one.
   */
  double secondsLeft() {
    return done == 0 ? Double.NaN : effort(left) * seconds / done;
  }

  /** How much work some pieces are together, of which the first to be done trains their model. */
  double effort(List<Piece> pieces) {
    Set<String> counted = new HashSet<>(trained);
    double all = 0;
    for (Piece work : pieces) {
      all += work.cell().map(Effort::sampling).orElse(0.0);
      if (counted.add(work.experiment().modelId())) {
        all += Effort.training(work.experiment());
      }
    }
    return all;
  }

  private double effort(Piece work) {
    double training =
        trained.contains(work.experiment().modelId()) ? 0 : Effort.training(work.experiment());
    return training + work.cell().map(Effort::sampling).orElse(0.0);
  }
}
