import { byId, setText } from '../dom.js';
import { RefusedError, type Session, signIn } from './session.js';

/** The sign-in form. */
export class EntryForm {
  private readonly form = byId<HTMLFormElement>('entry-form');
  private readonly token = byId<HTMLInputElement>('entry-token');
  private readonly property = byId<HTMLInputElement>('entry-property');
  private readonly error = byId('entry-error');

  constructor(private readonly onSession: (session: Session) => void) {
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.submit();
    });
  }

  show(message = ''): void {
    byId('entry').hidden = false;
    setText(this.error, message);
    this.token.focus();
  }

  hide(): void {
    byId('entry').hidden = true;
    this.token.value = '';
  }

  private async submit(): Promise<void> {
    const [token, propertyId] = [this.token.value, this.property.value.trim()];
    try {
      this.onSession(await signIn({ ...(token ? { token } : {}), ...(propertyId ? { propertyId } : {}) }));
    } catch (error) {
      setText(
        this.error,
        error instanceof RefusedError ? error.message : 'The server cannot be reached now. Try again in a moment.',
      );
    }
  }
}
