package resgen.audio.measure;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A test that is skipped, by name, on a machine without pocketsphinx. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsPocketSphinx.Condition.class)
public @interface NeedsPocketSphinx {

  /** Looks for the program. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return PocketSphinx.installed()
          ? ConditionEvaluationResult.enabled("pocketsphinx is there")
          : ConditionEvaluationResult.disabled(
              "pocketsphinx is not installed: environment/setup --speech installs it");
    }
  }
}
