"""An executor for tests, which does at once what it is given, as another process would."""

import pickle
from concurrent.futures import Executor, Future


class Eager(Executor):
    """An executor that does at once what it is given, counts it, and sends everything through a pickle.

    Attributes
    ----------
    n_submitted : int
    sizes : list of int
        Bytes of each task.
    """

    def __init__(self):
        self.n_submitted = 0
        self.sizes = []

    def submit(self, function, /, *arguments):
        self.n_submitted += 1
        sent = pickle.dumps((function, arguments))
        self.sizes.append(len(sent))
        function, arguments = pickle.loads(sent)
        done = Future()
        try:
            done.set_result(pickle.loads(pickle.dumps(function(*arguments))))
        except Exception as error:
            done.set_exception(error)
        return done
