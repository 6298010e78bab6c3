package verimesh.cli.analyze;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.Problems;

/// Why a file got no answer.
///
/// @param code canonical gRPC code, for example `INVALID_ARGUMENT`
/// @param reason UPPER_SNAKE, for programs
/// @param message for people
public record Refusal(String code, String reason, String message) {
  /// What a failed call says.
  public static Refusal of(Throwable thrown) {
    Problem problem = Problems.of(thrown);
    if (problem.reason().equals("UNREACHABLE")) {
      return new Refusal(Problems.code(problem).name(), problem.reason(), "Nobody answers there (" + problem.message() + "); ./mesh status shows what runs here.");
    }
    return new Refusal(Problems.code(problem).name(), problem.reason(), problem.message());
  }

  /// A file that did not even get as far as a call.
  public static Refusal of(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> new Refusal("NOT_FOUND", "FILE_MISSING", "There is no such file.");
      case AccessDeniedException _ -> new Refusal("PERMISSION_DENIED", "FILE_UNREADABLE", "The file may not be read by this user.");
      default -> new Refusal("UNAVAILABLE", "FILE_UNREADABLE",
          "The file cannot be read: " + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()) + ".");
    };
  }
}
