from osteon.events.emitter import Emitter as Emitter
from osteon.events.handlers import AnyParams as AnyParams
from osteon.events.handlers import ProvideClientParams as ProvideClientParams
from osteon.events.hooks import CreatingClass as CreatingClass
from osteon.events.hooks import CreatingResourceClass as CreatingResourceClass
from osteon.events.hooks import Hook as Hook
from osteon.events.trie import Handler as Handler
from osteon.model.service import OperationModel as OperationModel
