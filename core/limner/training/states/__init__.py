"""The states of a fit: its θ at intervals, in one file, to be filmed later."""

from limner.training.states.captions import caption_of as caption_of
from limner.training.states.reading import FitStates as FitStates
from limner.training.states.reading import is_states as is_states
from limner.training.states.reading import read_states as read_states
from limner.training.states.recorder import StatesRecorder as StatesRecorder
from limner.training.states.recording import check_states_folder as check_states_folder
from limner.training.states.recording import files_of as files_of
from limner.training.states.recording import keep_states as keep_states
from limner.training.states.settings import StateSettings as StateSettings
from limner.training.states.settings import state_settings as state_settings
from limner.training.states.state_file import KeptState as KeptState
from limner.training.states.strip import Strip as Strip
from limner.training.states.strip import check_strip as check_strip
from limner.training.states.strip import strip_settings as strip_settings
from limner.training.states.strip import write_strip as write_strip
