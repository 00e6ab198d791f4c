import io.trino.spi.Plugin;
import io.trino.spi.security.AccessDeniedException;
import io.trino.spi.security.BasicPrincipal;
import io.trino.spi.security.PasswordAuthenticator;
import io.trino.spi.security.PasswordAuthenticatorFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.util.List;
import java.util.Map;

/** Trino's PASSWORD authentication by a file of user:password lines. Trino's own plugin for that is not on Maven Central. */
public class PasswordFile implements Plugin {
    @Override
    public Iterable<PasswordAuthenticatorFactory> getPasswordAuthenticatorFactories() {
        return List.of(new PasswordAuthenticatorFactory() {
            @Override
            public String getName() {
                return "stack";
            }

            @Override
            public PasswordAuthenticator create(Map<String, String> config) {
                return (user, password) -> check(Path.of(config.get("stack.file")), user, password);
            }
        });
    }

    private static Principal check(Path file, String user, String password) {
        try {
            if (Files.readAllLines(file).contains(user + ":" + password)) {
                return new BasicPrincipal(user);
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        throw new AccessDeniedException("Invalid credentials");
    }
}
