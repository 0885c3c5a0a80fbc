from osteon.resources.base import AsyncServiceResource as AsyncServiceResource
from osteon.resources.base import ServiceResource as ServiceResource
from osteon.resources.collections import AsyncCollection as AsyncCollection
from osteon.resources.collections import Collection as Collection
from osteon.resources.root import Resource as Resource
from osteon.resources.root import ResourceMeta as ResourceMeta
