package resgen.audio.corpus;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A test that is skipped, by name, on a machine without flite. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsFlite.Condition.class)
public @interface NeedsFlite {

  /** Asks for the program once. */
  final class Condition implements ExecutionCondition {
    private static final boolean THERE = Flite.installed();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return THERE
          ? ConditionEvaluationResult.enabled("flite is there")
          : ConditionEvaluationResult.disabled(
              "flite is not installed: environment/setup --speech installs it");
    }
  }
}
